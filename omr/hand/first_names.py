"""First names that people here are known by: a reading that is one of them is no slip of the pen.

In:  nothing; written down by us, as they sound in Dutch schools.
Out: `FIRST_NAMES`, folded to plain small letters.

The list need not be complete: where a stranger's first name is not on it, each word of the name is
still judged by its letters (`omr.hand.whose_name.is_another_word`).
"""

_ALL = """
aad aafke aaltje aart abdel abdelkader abdellah abdul abdullah abel achmed ada adam adil adinda
adri adriaan adriana adrie agnes agnieszka ahmed ahmet aicha aida aisha ajay albert alberta alda
aleida alex alexander alexandra alfons alfred ali alice alicia alida alina aline alma alwin amal
amalia amanda amber amelie amin amina amine amir amira amy ana anass andre andrea andreas andrew
andries andrzej angela angelica angelique anh anita anja anjo anke ankie ann anna annabel annalies
anne annebel anneke annelien annelies annelise annemarie annemiek annemieke annet annette annick
annie annika anouk ans anthony antje antoinette anton antonia antonie antoon anuska aranka arend
ariane arie arjan arjen arno arnold arnoud art arthur artur aryan asli asma astrid atie audrey
august aukje aya ayla ayse aysegul aysel ayten aziz aziza baran barbara barry bart bartel bas
bastiaan bauke bea beate beatrice beatrix ben benjamin benno benny bente bep beppie berdien berend
bernadette bernard berry bert bertha bertie bertus betsy bettie betty bianca bilal birgit birgitta
bjorn bo bob boris boudewijn boukje bram branko brecht brechtje brenda brian brigit brigitte britt
britta bruno burak busra caitlin camiel camilla can carel carien carin carina carine carla carlijn
carlo carlos carmelita carmen carola carolien carolina caroline cas casper catharina catherine
cato ceciel cecile cecilia cees celine cem cemal cengiz chaima chantal chantalle charlene charles
charlotte chayenne chiel chloe chris chrissie christa christel christiaan christian christiane
christien christina christine christoph christophe cigdem cindy ciska claar claartje claire clara
clarie claudia clemens coby coen colette conny constance cor cora cordula corien corine corinne
corjan corne cornelia cornelie cornelis corrie corry daan daisy damian dana danee daniel danielle
danique danny daphne daria dario dave david davy dean debbie debora deborah demet demi denise
deniz dennis derk derya desi desiree diana diane dianne dick diederik diego dieke dieneke dienke
dieuwertje dilara dilek dimitri dina dineke dini dinie dion dionne dirk dirkje dolf dominique don
dona donna dora doreen dorien dorine doris dorota dorothea dory doutzen douwe driss duco dunya
durk ebru eddie eddy edgar edith edo eduard edward edwin eef eefje eefke eelco elena eliane elias
elif elin elina eline elisa elisabeth elise elke ella elle ellen ellie ellis elly elma els elsa
elsbeth else elselien elske elvira elwin elze emel emiel emile emilia emilie emily emine emma emmy
emre engin enrico erdem eric erica erik erika erkan erna ernst ertan erwin esma esmee esra ester
esther etienne eugenie eva evalien evelien eveline evelyn evelyne evert ewa ewald ewout fabian
fabienne faisal fanny farah farid farida fatih fatiha fatima fatma fatos fedde feike felix femke
fenna fenne ferdi ferdinand feyza fieke fien filip fiona fleur floor floortje floris fokke folkert
fons foppe franca francien francine francis francisca franciska francois frank franka frans franz
fred freddie freddy frederik frederique freek freerk frida frieda frits froukje fuat gabriel
gabriella gabrielle gea geert geertje geertruida geke gemma geoffrey george gerald geraldine
gerard gerarda gerben gerbrand gerda gerdien gerhard gerjan gerlinde gerrie gerrit gerry gert
gertie gertjan gertrud gertrude gertruud gerty gideon giel gijs gijsbert gilles gina giovanni
gisela gitta giulia gizem glenn gonnie gonny goran grace grada gre greet greetje greta grietje
guido gulay gulsen gunter gurbet guus hafida hafsa hajar hakan hakim halil halima hamid hamza han
hanan hanane hanna hannah hanneke hannelore hannes hannie hanny hans hansje harald harm harmen
harrie harriet harry hasan hassan hatice havva hayat heidi heike hein heinrich helen helena helene
helga helma hendrik hendrika hendrikje hendrina henk hennie henny henri henriette henry herman
hermien hermine hester hetty hilda hilde hildegard hilke hille hind houda hubert hugo huib huibert
hulya huseyin ibrahim ida idris ien ikram ilham ilja ilka ilona ilse imad imane imke ina inci ine
ineke ines inez inge ingeborg inger ingmar ingrid inka inneke irena irene iris irma irmgard isa
isaac isabel isabella isabelle ismael ismail ivan ivana ivo ivonne iwan izaak jaap jacco jack
jackie jacob jacoba jacobien jacoline jacomijn jacqueline jacques jaimy jamal jamie jamila jan
jana janet janice janina janine janna janne janneke jannes jannet jannetje jannie janny jans
jantine jantje jaroslaw jasmijn jasmin jasmine jason jasper javier jay jean jeannet jeannette
jeannine jeff jeffrey jelena jelle jelmer jelte jennie jennifer jenny jens jente jeroen jerom
jerome jerry jeske jesper jesse jessica jessie jet jetta jette jetty jill jim jimmy jip jo joan
joana joanna joanne jochem jochen jody joel joelle joep joeri joey johan johanna johanne johannes
john johnny jojanneke jolanda jolande jolanta jolein jolien jolijn joline jon jonas jonathan joni
jonneke joop joost joram jordan jordy jorg jorien jorik jorine joris jorn jorrit jos jose josee
josef joseph josephine josien josine josje joyce juan judith julia julian juliana julie juliette
julius jur jurgen juriaan jurre jurriaan justin justine justyna jutta kadir kaj kamal kamil karel
karen karien karim karima karin karina karl karlijn karola karolien karoline karst kasper katarina
katarzyna kate katharina katherine kathleen kathy katia katinka katja katrien katrin kay kayleigh
kee kees keesje kelly kemal ken kenan kenneth kerim kerstin kevin khadija khalid khalil kiki kim
kimberley kimberly kirsten kirsty kitty klaartje klaas klaasje klara klaus koen koenraad konrad
koos krista kristel kristien kristin kristina krystyna krzysztof kubra laetitia laila lambert lana
lara larissa lars lasse latifa laura lauren laurens laurent laurien laurine lea leah leanne leen
leendert leila lena lenie lennard lennart lenneke lennie lenny leo leon leona leonard leonie
leonne leonoor leonora leontien leontine leopold leroy lesley leslie levi leyla lia liam lian
liana lianne lidia lidwien lidy lieke lien lies liesbeth lieselot liesje lieve lijsbeth lilian
liliane lily lin lina linda lindsay lindsey line linette linn linnea lisa lisanne lisbeth lise
liselotte lisette lissy liv livia liz liza lizzy lodewijk loek loes lola lonneke loraine lore
lorena lorenzo lot lotje lotte lou loubna louis louisa louise lourens luc luca lucas lucia lucie
lucien lucienne lucy ludo ludovic ludwig luise luit luitzen luka lukas lukasz luke luna lute
lutgard lydia lynn maaike maarten maartje machiel machteld mads magda magdalena magdalene maggie
magnus mahmoud mahmut maik maja majda malgorzata malika malou mandy manfred manon manou manuel
manuela mara marc marcel marcelien marcella marcelle marcin marco marcus mareike marek marga
margaret margareta margaretha margarita margje margo margot margreet margriet margrit mari maria
mariam marian mariana marianne maribel marie mariek marieke mariel marielle marielouise marienne
mariette marij marije marijke marijn marijne marijse marina marinda marinka marinus mario marion
maris mariska marissa marit marita marja marjan marjanne marjet marjo marjoke marjolein marjolijn
marjon marjorie mark marko markus marleen marlene marlies marlijn marloes marlon marlot marlou
marsha mart marta martha martie martien martijn martin martina martine martinus marwa mary maryam
maryan maryse mascha masha mateusz mathieu mathijs mathilda mathilde matilda mats matthew matthias
matthieu matthijs maud maureen maurice maurits mauro max maxim maxime maximiliaan mees mehdi
mehmed mehmet mei meike meindert meine melanie melek melike melinda melis melissa melle melvin
menno mercedes mered merel merlijn merve meryam meryem meta mette mia michael michaela michal
michel michele michelle michiel miek mieke mien miep mies miet mijke mike mila milan milena milou
mimoun mina mineke minke mira miranda mirella miriam mirjam mirte mirthe mirza mitchell mo moham
mohamed mohammad mohammed mohsin monica moniek monika monique mouna mounia mounir mourad muhammed
munir murat musa mustafa mustapha myra myriam myrna myrte myrthe nabil nabila nada nadia nadine
nadja naima najat najib nancy naomi narges nasima nasira natalia natalie natascha natasja nathalie
nathan nawal nazli neele neeltje nel neline nelleke nelli nellie nelly nicky nico nicola nicolaas
nicolas nicole nicolette nicolien niek niels niene nienke nies nigel nihal nihat nik nikita nikki
niko nikolaj nil nils nilufer nina nine nineke nisrine noa noah noel noelle noemi noor noortje
nora norah norbert nordin nouhaila noura nur nuray nurcan nurhan nuri odette ofelia okan okke olaf
ole olga olivia olivier omar omer onno onur orhan oscar osman ot othmane otto ouafae oumaima ozan
ozlem pablo pam pamela paola pascal pascalle patricia patrick patrycja patty paul paula paulien
paulina pauline paulus pawel pedro peggy pepijn percy perry peter petra petro petronella petrus
phil philip philippe philomena pia pien pierre piet pieter pieterjan pieternel pieternella pim
piotr pleun pleuni pleunie priscilla quin quinn quint quinten quirijn quirine rabia rachel rachid
rachida radboud rafael rahma ralf ralph ramazan ramon rana randy ranja raoul raquel rashid ravi
rayan raymond rebecca rebekka regina reinder reinier reinoud reinout reint rem remco remi remke
remon remy rena renata renate rene renee renske resi reyhan rhea ria rian rianne riaz ricardo
richard rick rico rie riekie riekje rien rieneke riet rietje rijk rik rika rikke rikkert rina
rineke rinske rinus risto rita ritske rob robbert robbie robbin robert roberta roberto robin rocco
rochelle roderick rodney roel roeland roelien roelof roelofje roemer roger rogier rokus roland
rolf rolien rolinka romain roman romana romy ron ronald ronja ronnie ronny roos roosje roosmarijn
rosa rosalie rosalien rosan rosanne rose rosemarie rosita roswitha rowan rowena roxanne roy ruben
rudi rudie rudolf rudy ruth ruud ruurd ryan saar saartje sabah sabina sabine sabrina sadia safae
said saida sal salah saliha salim salima salma salome sam samanta samantha sami samir samira
samuel san sander sandra sanja sanna sanne sanneke sannie sara sarah sarina saskia savannah
sebastiaan sebastian sebnem seda sefa selim selin selina selma semra serena serge sergio serkan
serpil sevda sevgi sevim seyma shanna shanti shari sharon sheila shirley shivani sia sibel siebe
siebren siem siemon siets sietse sietske sigrid silke silvana silvester silvia silvie simon simone
sina sinan sinem siska sjaak sjaan sjef sjoerd sjoerdje sjors sjoukje snezana sofia sofie sofieke
songul sonia sonja sophia sophie soraya soufiane soumaya stan stanislaw stef stefan stefanie
steffi stefka stein stella stephan stephanie steven stien stijn stina storm suat sude sue suleyman
susan susanna susanne suzan suzanna suzanne suze suzette sven svenja svetlana swaan swen sylvester
sylvia sylvie syta szymon taco tamar tamara tamas tania tanja tara tarik tatiana tatjana teake ted
teresa tess tessa teun teuna teunis thea theo theodoor theodora theresa therese theresia thijmen
thijn thijs thirza thom thomas tiago tijmen tijn tijs tilly tim timo timon timothy timur tina tine
tineke tini tinie tinka tino tinus tirza titia tjalling tjark tjeerd tjerk tjitske tobi tobias
toine tom tomas tomasz ton toni tonia tonie tonja tonke tonnie tonny tony toon toos tooske tosca
tove tracy trees treesje trijntje trix trudie trudy truida truus truusje tugba tuncay turgut twan
udo ufuk ugur uli ulla ulrich ulrike umit umut ursula valentijn valerie vanessa varsha veerle vera
verena verona veronica veronika veronique vicky victor victoria vidya vijay viktor vincent viola
violet virginia vivian viviane vivienne volkan wahiba walter wanda warner wendel wendela wendeline
wendy weronika wes wesley wessel wibo wiebe wiebke wiebren wieke wiel wies wieteke wietse wietske
wijnand wil wilbert wilco wilfred wilfried wilhelm wilhelmina wilhelmus willeke willem willemien
willemijn willemina willie willy wilma wim wina winfried winnie wiske wob wobke wout wouter wubbo
xander xandra xavier xenia yael yara yasin yasmin yasmina yasmine yasser yassin yassine yavuz
yeliz yentl yildiz yilmaz yke ymke yoeri yolanda yolande yoran yorick yorn yosra youri yousra
youssef ype yunus yuri yusuf yves yvet yvette yvon yvonne zafer zahra zakaria zara zehra zeki
zeliha zeynep zineb zita zoe zofia zohra zoran zuhal zulfiye zwaantje zwanet
"""

FIRST_NAMES = tuple(_ALL.split())
