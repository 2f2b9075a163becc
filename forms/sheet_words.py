"""The Dutch words on paper that belong to no questionnaire, in one catalogue.

Another language is another file of the same names.
"""

SHEET = {
    "name": "Naam",
    "name_hint": "voor- en achternaam",
    "foot": "papierkompas  ·  bladzijde {page} van {pages}  ·  vouw dit blad niet",
    "stages": "Stadia: het ene bouwt voort op het andere",
    "factors": "Succesfactoren: daar gaan de vragen over",
    "good": "goed",
    "changed": "toch een ander vakje",
}
