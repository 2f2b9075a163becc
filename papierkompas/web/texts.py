"""Every Dutch word on the page, in one catalogue.

Another language is another file of the same names. What stands on paper is in `forms.texts`, the
questions themselves in `forms/instruments`.
"""

from __future__ import annotations

import re

from forms.errors import PapierkompasError, RosterError
from forms.messages import DUTCH, Message

TEXTS = {
    "product": "papierkompas",
    "skip": "Naar de inhoud",
    "menu": "Onderdelen",
    "nav.start": "Sessies",
    "nav.people": "Namen",
    "nav.print": "Afdrukken",
    "nav.scan": "Scannen",
    "nav.check": "Nakijken",
    "nav.answers": "Antwoorden",
    "nav.map": "Kaart",
    "nav.list": "Eén lijst",
    "nav.papers": "Papieren",
    "nav.end": "Afsluiten",
    "round.gewenst": "gewenst",
    "round.huidig": "huidig",
    "round.both": "beide rondes, met pijlen",
    "round.none": "",
    "who.default": "begeleider",
    "who.label": "Wie zit er achter dit scherm?",
    "who.hint": "Deze naam komt bij de wijzigingen te staan die u hier maakt.",
    "who.save": "Onthouden",
    # guard and problems
    "guard.host": "Dit adres hoort niet bij papierkompas.",
    "guard.origin": "Dit verzoek kwam van een andere website en is geweigerd.",
    "guard.method": "Dit verzoek wordt hier niet gedaan.",
    "guard.token": "Open papierkompas met het hele adres dat het programma liet zien, met het deel "
    "na het vraagteken.",
    "guard.large": "Dit is groter dan {mb} MB, meer dan hier in één keer kan. Knip het bestand in "
    "stukken of scan op 300 dpi.",
    "problem.title": "Dat ging niet",
    "problem.back": "Terug",
    "problem.home": "Naar de sessies",
    "problem.bug": "Dit is een fout in het programma. Er is niets verloren gegaan van wat bewaard "
    "was. Ga terug en probeer het opnieuw.",
    "problem.no_session": "Deze sessie is er niet (meer). Misschien is zij gewist of verplaatst.",
    "problem.no_sheet": "Dit formulier is er niet (meer).",
    "problem.no_page": "Deze bladzijde is er niet (meer).",
    "problem.no_picture": "Hiervan is geen beeld te maken.",
    "problem.no_poppler": "Voor een beeld is poppler nodig, en dat staat niet op deze computer.",
    "problem.single": "Deze pagina is voor één sessie geopend. Start papierkompas met een map om "
    "een nieuwe sessie te maken.",
    "notice.added": "De namen zijn toegevoegd.",
    "notice.nobody_new": "Iedereen op deze lijst stond er al.",
    "notice.stored": "Bewaard.",
    "notice.undone": "De wijziging is teruggedraaid.",
    "notice.meanwhile": "Iemand anders heeft dit intussen veranderd. Hieronder staat wat er nu "
    "geldt; uw keuze is niet bewaard. Kijk opnieuw en kies zo nodig nog een keer.",
    "notice.no_code": "Deze code klopt niet: er staat een teken te veel, te weinig of verkeerd in. "
    "Typ alles over wat onder het vierkantje staat, zoals K7F3-02-HM.",
    "notice.not_given_out": "Een formulier met deze code is in deze sessie nooit afgedrukt.",
    "notice.still_unread": "Ook met deze code is de bladzijde niet te lezen. Hieronder staat "
    "waarom.",
    "notice.password": "Met dit wachtwoord gaat het bestand niet open. Probeer het opnieuw.",
    "notice.not_sure": "Er is niets gewist. Zet eerst een vinkje om te bevestigen.",
    # start
    "start.title": "Sessies",
    "start.lead": "Een sessie is één bijeenkomst van één team. Alles blijft op deze computer.",
    "start.new": "Nieuwe sessie",
    "start.recent": "Verder met een sessie",
    "start.none": "Er is nog geen sessie in deze map.",
    "start.team": "Team",
    "start.team_hint": "zo komt het op de poster",
    "start.date": "Datum",
    "start.names": "Namen (mag ook later, of helemaal niet)",
    "start.names_hint": "één naam per regel",
    "start.roster": "Of een namenlijst als CSV-bestand",
    "start.roster_hint": "zoals Magister, Somtoday of Excel hem bewaart",
    "start.begin": "Sessie beginnen",
    "start.no_team": "Geef het team een naam.",
    "start.no_date": "Vul een datum in, zoals 12-03-2026.",
    "start.the_list": "Namenlijst",
    "start.people": "{count} namen",
    "start.no_people": "zonder namenlijst",
    "people.title": "Namen",
    "people.lead": "Wie op de lijst staat, krijgt een eigen formulier met naam. Een nummer blijft "
    "altijd van dezelfde persoon.",
    "people.none": "Er staat nog niemand op de lijst. Zonder lijst drukt u genummerde formulieren "
    "af en schrijft iedereen zelf een naam op.",
    "people.number": "Nummer",
    "people.name": "Naam",
    "people.add": "Namen toevoegen",
    # print
    "print.title": "Afdrukken",
    "print.lead": "Kies wat u afdrukt. U krijgt een PDF: druk die af op 100 %, op één kant van het "
    "papier.",
    "print.paper": "Vragenlijst",
    "print.pages": "{count} blz.",
    "print.edition": "eigen versie {edition}",
    "print.round": "Ronde",
    "print.all_rounds": "alle rondes",
    "print.whom": "Voor wie",
    "print.for_people": "iedereen op de namenlijst ({count})",
    "print.for_copies": "genummerd, zonder namen",
    "print.for_master": "één kopieermodel, om zelf te kopiëren",
    "print.copies": "Aantal",
    "print.extras": "Ook nodig? Draaiboek, lege kaart, muurnummers en activiteitenkaarten",
    "print.download": "PDF maken",
    "print.preview": "Zo ziet de eerste bladzijde eruit",
    "print.preview_of": "Voorbeeld van de vragenlijst {title}",
    "print.given_out": "In deze sessie zijn {count} formulieren gemaakt.",
    "print.unprintable": "Sommige letters in deze namen kan geen lettertype hier afdrukken; er "
    "komt een vraagteken: {names}",
    "print.no_round": "Deze ronde bestaat niet.",
    "print.no_paper": "Deze vragenlijst bestaat niet.",
    "print.no_people": "Er staat niemand op de namenlijst.",
    "print.no_copies": "Kies een aantal van 1 tot {most}.",
    # scan
    "scan.title": "Scannen",
    "scan.lead": "Leg de stapel op het kopieerapparaat en zet de scan hier neer. Volgorde en "
    "richting maken niet uit.",
    "scan.drop": "Sleep scans hierheen, of kies ze",
    "scan.drop_hint": "PDF, TIFF, JPEG of PNG; veel tegelijk mag, ook een map. Tot {mb} MB en "
    "{pages} bladzijden per bestand.",
    "scan.choose": "Bestanden kiezen",
    "scan.choose_folder": "Map kiezen",
    "scan.send": "Versturen",
    "scan.no_file": "Er was geen bestand gekozen, of het is leeg.",
    "scan.sending": "{name}: bezig met versturen",
    "scan.kept": "{name}: ontvangen en bewaard",
    "scan.failed": "{name}: niet ontvangen. {reason}",
    "scan.lost": "De verbinding viel weg. Zet het bestand nog een keer neer.",
    "scan.too_large": "Het is groter dan {mb} MB.",
    "scan.reading": "{done} van {total} bladzijden gelezen",
    "scan.ready": "Alles is gelezen.",
    "scan.nothing": "Er is nog niets gescand.",
    "scan.read": "gelezen",
    "scan.unread": "niet gelezen",
    "scan.blank": "leeg",
    "scan.duplicate": "dubbel gescand",
    "scan.to_check": "{count} twijfels nakijken",
    "scan.to_check.one": "1 twijfel nakijken",
    "scan.to_map": "Naar de kaart",
    "scan.maps": "Kaarten met stickers",
    "scan.map_dots": "Kaart {round}: {count} stippen gezien.",
    "scan.map_dots.one": "Kaart {round}: 1 stip gezien.",
    "scan.map_unclear": "{count} daarvan zijn niet duidelijk. Plak ze recht en maak een nieuwe "
    "foto.",
    "scan.map_unclear.one": "1 daarvan is niet duidelijk. Plak hem recht en maak een nieuwe foto.",
    "scan.map_count": "Tel na of dat klopt.",
    "scan.map_poster": "Poster van deze kaart maken",
    "scan.troubles": "Niet gelezen",
    "scan.noted": "Gelezen, maar let op",
    "scan.pages": "Alle bladzijden",
    "scan.page": "blz. {page}",
    "scan.part": "formulier {part} op deze bladzijde",
    "scan.file": "hele bestand",
    "scan.waiting": "nog {count} bladzijden te lezen",
    "scan.waiting.one": "nog 1 bladzijde te lezen",
    "scan.go_on": "Verder lezen",
    "scan.doubts": "{count} twijfels",
    "scan.doubts.one": "1 twijfel",
    "scan.picture_of": "Beeld van {file}, bladzijde {page}",
    "scan.show": "Bekijken",
    "scan.code": "Code onder het vierkantje",
    "scan.code_hint": "zoals K7F3-02-HM",
    "scan.read_as": "Lezen",
    "scan.password": "Wachtwoord van {file}",
    "scan.unlock": "Openen",
    "scan.locked": "Op slot",
    "scan.locked_lead": "Geef het wachtwoord nog een keer om beelden van deze bestanden te zien. "
    "Het wordt niet bewaard; daarom vraagt het programma het na elke start.",
    "scan.not_kept": "Het wachtwoord wordt niet bewaard.",
    "scan.forget": "Bestanden waarin niets stond van de lijst halen",
    "scan.back": "Wie is er binnen?",
    "scan.back_all": "{title} {round}: alle {count} formulieren zijn gelezen.",
    "scan.back_some": "{title} {round}: {back} van {count} gelezen. Nog niet: {names}.",
    "scan.incomplete": "Formulier {sheet}: bladzijde {pages} is niet gescand.",
    "scan.watch": "Een map in de gaten houden",
    "scan.watch_lead": "Laat het kopieerapparaat scans in deze map zetten, dan leest papierkompas "
    "ze vanzelf (alleen bestanden van vandaag):",
    "scan.watch_on": "Map in de gaten houden",
    "scan.watch_off": "Stoppen met de map",
    "scan.watch_is_on": "De map wordt in de gaten gehouden.",
    "scan.phone": "Foto's van een telefoon",
    "scan.phone_lead": "Geen scanner bij de hand? Laat een telefoon in deze ruimte foto's sturen.",
    "scan.phone_go": "Telefoon toelaten",
    "scan.phone_is_on": "Een telefoon kan nu foto's sturen.",
    # phone
    "door.title": "Telefoon",
    "door.lead": "U zet een deur open waar alleen foto's doorheen kunnen, voor één telefoon en "
    "hoogstens {minutes} minuten. Daarna gaat zij vanzelf dicht.",
    "door.warning": "De foto's gaan onversleuteld over de wifi van deze ruimte. Doe dit alleen op "
    "een netwerk dat u vertrouwt.",
    "door.open": "Deur openzetten",
    "door.close": "Deur dichtdoen",
    "door.scan": "Richt de camera van de telefoon op deze code",
    "door.or_type": "of typ dit adres over:",
    "door.taken": "Er is een telefoon binnen. Het adres werkt niet meer voor een andere.",
    "door.open_for": "Nog {minutes} minuten open; {count} foto's ontvangen.",
    "door.qr": "Code met het adres voor de telefoon",
    "door.no_network": "Deze computer zit in geen netwerk, dus een telefoon kan hem niet bereiken.",
    "door.again": "Voor een andere telefoon: doe de deur dicht en weer open.",
    "phone.title": "Foto's sturen",
    "phone.lead": "Eén formulier per foto. Leg het plat, met alle vier de hoeken in beeld.",
    "phone.choose": "Foto maken of kiezen",
    "phone.send": "Versturen",
    "phone.kept": "Ontvangen: {count}. Stuur de volgende.",
    "phone.refused": "Deze foto is niet bewaard. {reason}",
    "phone.minutes": "Nog {minutes} minuten open.",
    "phone.closed": "Deze deur is dicht. Vraag de begeleider om een nieuwe code.",
    # check
    "check.title": "Nakijken",
    "check.place": "Twijfel {place} van {count}",
    "check.settled": "Dit is al beslist",
    "check.pair": "stelling {question}",
    "check.blank": "leeg gelaten",
    "check.why": "Waarom (mag leeg blijven)",
    "check.why_check": "nagekeken op het papier",
    "check.why_answers": "veranderd in het gesprek",
    "check.why_undo": "teruggedraaid",
    "check.row": "Hele regel",
    "check.page": "Hele bladzijde",
    "check.close_up": "De vakjes van dichtbij",
    "check.row_of": "De hele regel op het papier",
    "check.page_of": "De hele bladzijde, met een kader om de regel",
    "check.next": "Volgende",
    "check.previous": "Vorige",
    "check.undo": "Ongedaan maken",
    "check.undo_what": "{label}, {question}: {value}",
    "check.keys": "Toetsen: 1 tot en met 9 kiest en bewaart, pijltjes en Enter kunnen ook; L leeg, "
    "R hele regel, B hele bladzijde, V volgende, T terug, Z ongedaan maken.",
    "check.done": "Alles is nagekeken",
    "check.done_lead": "Er zijn geen twijfels meer. De kaart is bijgewerkt.",
    "check.answers_done": "De antwoorden zijn nagekeken",
    "check.names": "{count} namen nakijken",
    "check.names.one": "1 naam nakijken",
    "check.no_value": "Dit antwoord hoort niet bij deze vraag.",
    "check.no_change": "Deze wijziging is er niet.",
    "check.keys_on": "Sneltoetsen gebruiken",
    "check.now": "Nu staat er: {value}",
    "names.title": "Namen bij formulieren",
    "names.lead": "Op deze formulieren staat geen gedrukte naam. Lees het handschrift en kies "
    "of typ de naam; zonder naam staat iemand met een nummer op de kaart.",
    "names.none": "Er zijn geen namen meer na te kijken.",
    "names.whose": "Van wie is formulier {sheet}?",
    "names.other": "Of een andere naam",
    "names.nobody": "Zonder naam",
    "names.nobody_of": "Zonder naam: formulier {sheet}",
    "names.keys": "Toetsen: 1, 2 en 3 kiezen een naam, 0 is zonder naam; V volgende, T vorige, "
    "Z ongedaan maken.",
    "names.matched": "Door het programma herkend",
    "names.matched_lead": "Deze namen zijn met zekerheid van de lijst herkend. Klopt er één niet, "
    "verander die dan.",
    "names.by_program": "herkend door het programma",
    "names.change": "Veranderen",
    "names.wrong": "Dit klopt niet",
    "names.nameless": "Zonder handschrift",
    "names.hand": "Handschrift op formulier {sheet}",
    "names.give": "Naam bewaren",
    "names.given": "Gegeven namen",
    "names.empty": "Vul een naam in.",
    "names.why": "naam gelezen van het papier",
    "hand.busy": "Het handschrift wordt nog gelezen, in {count} velden. U kunt gewoon doorgaan.",
    "hand.absent": "Op deze computer wordt handschrift niet herkend, want dat onderdeel is niet "
    "geïnstalleerd. Al het andere werkt; u leest zelf wat er staat.",
    "comment.title": "Opmerkingen",
    "comment.lead": "Wat mensen zelf opschreven. Wat het programma las, is een voorstel: vergelijk "
    "het met het handschrift en verbeter het.",
    "comment.none": "Er is niets opgeschreven.",
    "comment.open": "{count} van {all} opmerkingen zijn nog niet nagekeken.",
    "comment.all_checked": "Alle opmerkingen zijn nagekeken.",
    "comment.unchecked": "voorstel, niet nagekeken",
    "comment.unread": "niet gelezen",
    "comment.checked": "nagekeken door {who}",
    "comment.save": "Zo staat het er",
    "comment.why": "handschrift gelezen van het papier",
    # answers
    "answers.title": "Antwoorden",
    "answers.lead": "Klik op een naam om antwoorden te zien en te veranderen, ook als iemand "
    "tijdens het gesprek van positie verandert.",
    "answers.none": "Er zijn nog geen formulieren gelezen.",
    "answers.history": "Alle wijzigingen",
    "answers.who": "Wie",
    "answers.doubt": "twijfel",
    "answers.changed": "veranderd",
    "answers.caption": "{title} {round}: {count} formulieren",
    "answers.legend": "? twijfel · – leeg · ✎ veranderd",
    "answer.read": "gelezen",
    "answer.blank": "leeg",
    "answer.review": "twijfel",
    "answer.changed": "veranderd",
    "sheet.title": "Formulier {sheet}",
    "sheet.question": "Vraag",
    "sheet.value": "Antwoord",
    "sheet.state": "Hoe",
    "sheet.change": "Veranderen",
    "sheet.change_of": "Vraag {question} veranderen",
    "sheet.back": "Terug naar alle antwoorden",
    "sheet.missing": "Bladzijde {pages} van dit formulier is niet gescand.",
    "history.title": "Wijzigingen",
    "history.lead": "Wie wat heeft veranderd, wanneer en waarom. Er wordt niets overschreven; elke "
    "wijziging kan terug.",
    "history.none": "Er is nog niets veranderd.",
    "history.when": "Wanneer",
    "history.who": "Wie",
    "history.what": "Wat",
    "history.from": "van {before} naar {after}",
    "history.to": "is nu {after}",
    "history.undid": "wijziging {number} teruggedraaid",
    "history.why": "Waarom",
    "history.undo": "Terugdraaien",
    "history.number": "Nr",
    "history.of": "{label}, {question}",
    "history.name": "naam",
    # map
    "map.title": "Kaart",
    "map.none": "Er zijn nog geen stellingenlijsten gelezen. Zet eerst de scan neer.",
    "map.nobody": "Er kan nog niemand op de kaart: op elk formulier is een antwoord leeg of in "
    "twijfel, of iedereen is verborgen.",
    "map.waiting.one": "1 formulier staat er nog niet op, omdat een antwoord leeg of in twijfel "
    "is.",
    "map.waiting": "{count} formulieren staan er nog niet op, omdat een antwoord leeg of in "
    "twijfel is.",
    "map.picture": "Kaart van {team}. Dezelfde plaatsen staan in de tabel hieronder.",
    "map.picture_beamer": "Kaart van {team}",
    "map.beamer": "Op de beamer",
    "map.beamer_hint": "Opent een scherm met alleen de kaart. F of F11: schermvullend. 1, 2, 3: "
    "ronde. N: namen of nummers.",
    "map.close": "Terug",
    "map.full": "Schermvullend",
    "map.rounds": "Ronde",
    "map.naming": "Op de kaart staan",
    "map.names": "namen",
    "map.initials": "initialen",
    "map.numbers": "nummers",
    "map.no_names": "alleen stippen",
    "map.show": "Laten zien",
    "map.people": "Wie staat erop?",
    "map.people_hint": "Haal het vinkje weg bij wie niet op de kaart wil; ook het midden van het "
    "team wordt dan zonder deze persoon berekend. Dit geldt voor alle schermen en posters, ook "
    "als u het programma opnieuw start.",
    "map.hidden": "{count} verborgen",
    "map.statements": "Per stelling",
    "map.table": "Waar staat iedereen?",
    "map.person": "Wie",
    "map.round": "Ronde",
    "map.doel": "Doel-as",
    "map.relatie": "Relatie-as",
    "map.quadrant": "Plek",
    "map.border": "op de grens van {quadrants}",
    "map.open": "nog open: stelling {questions}",
    "map.no_choice": "Deze keuze bestaat niet.",
    "statements.title": "Per stelling",
    "statements.lead": "Hoeveel collega's elk vakje kozen. Wat nog in twijfel is, telt niet mee.",
    "statements.none": "Er zijn nog geen stellingenlijsten gelezen.",
    "statements.count": "{count} keer vakje {value}",
    "statements.chart": "Stelling {question}, {round}: {counts}",
    "list.title": "Eén lijst",
    "list.none": "Er zijn nog geen quickscans gelezen.",
    "list.lead": "{count} van {issued} lijsten bij elkaar.",
    "list.lead_unknown": "Lijsten bij elkaar: {count}.",
    "list.question": "Vraag",
    "list.blank": "leeg",
    "list.review": "twijfel",
    "list.says": "Wat zegt het?",
    "list.comments": "{count} opmerkingen in handschrift",
    "list.comment_of": "Handschrift bij {field}, formulier {sheet}",
    # papers
    "papers.title": "Papieren",
    "papers.lead": "Alles om te bewaren, op te hangen of verder mee te rekenen.",
    "papers.poster": "Poster",
    "papers.poster_none": "Een poster kan zodra er stellingenlijsten gelezen zijn.",
    "papers.size": "Formaat",
    "papers.tile": "In delen, om aan elkaar te plakken",
    "papers.whole": "in één stuk",
    "papers.on": "op {paper}",
    "papers.rounds": "Ronde",
    "papers.naming": "Op de poster staan",
    "papers.make": "Poster maken",
    "papers.hidden": "{count} mensen zijn op de kaart verborgen en staan ook niet op de poster.",
    "papers.results": "Resultaten",
    "papers.tables": "Tabellen",
    "papers.csv": "CSV, voor elk rekenblad",
    "papers.xlsx": "Excel-werkmap",
    "papers.all": "Alles in één zip",
    "papers.all_lead": "Resultaten, posters, namenlijst, alle wijzigingen en de scans zelf.",
    "papers.readme": "papierkompas: alles van de sessie van {team}, {date}.\n\n"
    "resultaten.*      plaatsen, antwoorden en tellingen\n"
    "wijzigingen.csv   wie wat heeft veranderd, en waarom\n"
    "poster-*.pdf      de kaart op A1\n"
    "scans/            de scans zoals ze binnenkwamen\n\n"
    "Hierin staan namen en antwoorden van mensen. Bewaar dit bestand niet langer dan nodig is.\n",
    "papers.locked.one": "Op slot: {files}. Wat daarin met de hand is geschreven, komt pas "
    "op papier als het wachtwoord is gegeven.",
    "papers.locked": "Op slot: {files}. Wat daarin met de hand is geschreven, komt pas op "
    "papier als de wachtwoorden zijn gegeven.",
    "papers.unlock": "Wachtwoord geven",
    "papers.extras": "Voor de bijeenkomst",
    "papers.more": "Meer over deze uitkomst",
    "papers.nothing": "Hiervoor is nog niet genoeg gelezen. Zet eerst de scan neer en kijk de "
    "twijfels na.",
    "extra.guide": "Draaiboek voor de begeleider",
    "extra.blank_compass_gewenst": "Lege kaart voor stickers, gewenst (A1)",
    "extra.blank_compass_huidig": "Lege kaart voor stickers, huidig (A1)",
    "papers.stickers": "Poster van de kaart met stickers (A1)",
    "extra.score_form": "Scoreformulier",
    "extra.wall_markers": "Nummers voor langs de muur",
    "extra.statement_cards": "Stellingen voor aan de muur",
    "extra.activity_cards": "Activiteitenkaarten",
    "extra.criteria": "Criteria van ouders",
    "extra.statements": "Wie staat waar, per stelling (A3)",
    "extra.personal": "Een eigen blad voor iedereen",
    "extra.one_list": "Eén lijst (PDF)",
    "extra.quickscan_posters": "Posters van de quickscan (zip)",
    "papers.size_a0": "A0 (84 x 119 cm)",
    "papers.size_a1": "A1 (59 x 84 cm)",
    "papers.size_a2": "A2 (42 x 59 cm)",
    "papers.size_a3": "A3 (30 x 42 cm)",
    "papers.size_b1": "B1 (71 x 100 cm)",
    "papers.size_flipover": "flip-over (65 x 98 cm)",
    # end
    "end.title": "Afsluiten",
    "end.lead": "Bewaar eerst wat u nodig hebt. Daarna kunt u de sessie wissen.",
    "end.keep": "Bewaren",
    "end.delete": "Voorgoed wissen",
    "end.what": "Dit gaat weg, uit de map {folder}:",
    "end.people": "de namenlijst ({count} namen)",
    "end.scans": "{count} scans ({mb} MB) met {pages} bladzijden",
    "end.changes": "alle antwoorden en {count} wijzigingen",
    "end.stays": "Dit blijft, en dat kan papierkompas niet wissen:",
    "end.stays_copies": "reservekopieën, gesynchroniseerde mappen, mail, USB-sticks en het "
    "geheugen van het kopieerapparaat",
    "end.stays_papers": "posters, papieren en bestanden die ergens anders zijn bewaard",
    "end.stays_disk": "de bestanden worden verwijderd, niet overschreven: wie de schijf "
    "onderzoekt, kan er nog delen van vinden",
    "end.stays_watched": "{count} bestanden in de map die in de gaten werd gehouden: wis die zelf",
    "end.sure": "Ik heb bewaard wat nodig is. Wis deze sessie voorgoed.",
    "end.go": "Sessie wissen",
    "deleted.title": "De sessie van {team} is gewist",
    "deleted.partly": "De sessie van {team} is niet helemaal gewist",
    "deleted.removed": "{count} bestanden zijn verwijderd.",
    "deleted.kept": "Deze bestanden konden niet weg, of zijn niet van papierkompas. Wis ze zelf:",
}

ROSTER_ERRORS = (
    (r"the same full name as on line (\d+)", "dezelfde naam staat ook op regel {0}. Zijn het twee "
     "mensen, zet er dan iets bij; anders mag er één weg"),
    (r"no name on this line", "op deze regel staat geen naam"),
    (r"this is a spreadsheet", "dit is een Excel-bestand. Bewaar het als CSV (Bestand, Opslaan "
     "als, CSV UTF-8) en kies dat bestand"),
    (r"no list of names", "dit bestand is te groot voor een namenlijst"),
    (r"more than one comma", "er staat meer dan één komma in een naam"),
    (r"more columns than", "er zijn meer kolommen dan koppen"),
    (r"longer than (\d+) characters", "de naam is langer dan {0} tekens"),
    (r"quotation mark|in quotes", "een aanhalingsteken staat op de verkeerde plek"),
    (r"accents|got lost|control character", "er staan tekens in die niet te lezen zijn. Bewaar de "
     "lijst opnieuw als CSV UTF-8"),
    (r"it is not the first", "de regel met koppen hoort bovenaan te staan"),
    (r"two columns are called '(.+?)'", "twee kolommen heten '{0}'. Geef er één een andere naam"),
    (r"no column holds names|no first line", "zet boven de kolommen: voornaam, tussenvoegsel, "
     "achternaam (of: naam)"),
    (r"but other lines have (\d+)", "de andere regels hebben {0} kolommen"),
)  # fmt: skip


def text(key: str, **values: object) -> str:
    """Return a text of the catalogue, filled in."""
    if values.get("count") == 1:
        key = f"{key}.one" if f"{key}.one" in TEXTS else key
    return TEXTS[key].format(**values) if values else TEXTS[key]


def said(what: PapierkompasError | Message) -> str:
    """Say an error, a reason or a remark in the language of the page."""
    if isinstance(what, Message):
        return what.said(DUTCH)
    error = what
    if " " not in error.message.key:
        return error.said(DUTCH)
    message = str(error)
    if isinstance(error, RosterError):
        line = re.search(r"line (\d+):", message)
        where = f"Namenlijst, regel {line[1]}: " if line else "Namenlijst: "
        for pattern, dutch in ROSTER_ERRORS:
            found = re.search(pattern, message)
            if found:
                return where + dutch.format(*found.groups()) + "."
        return where + message.rpartition(": ")[2]
    return message
