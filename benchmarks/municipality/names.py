"""What people and units are called: å ä ö, é, apostrophes and double names, as in a Swedish directory."""

GIVEN = (
    "Anna", "Erik", "Maria", "Lars", "Karin", "Karl", "Åsa", "Anders", "Kristina", "Johan", "Lena", "Per", "Sara",
    "Åke", "Örjan", "Märta", "Göran", "Björn", "Annelie", "Håkan", "Elin", "Mattias", "Ingrid", "Sven-Åke", "Eva",
    "Nils", "Linnéa", "Oskar", "Astrid", "Mohammed", "Fatima", "Zeynep", "Ali", "Jasmin", "André", "Chloé", "Siv",
    "Anna-Karin", "Lars-Göran", "Amina", "Ülle", "Sören", "Maj-Britt", "Gösta", "Ylva", "Tomas", "Hanna", "Viktor",
)  # fmt: skip
SURNAMES = (
    "Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Olsson", "Persson", "Svensson", "Öberg",
    "Åkesson", "Sjöström", "Lindqvist", "Bergström", "Ekström", "Nyström", "Åström", "Holm", "Ek", "Dal", "Ås", "Ö",
    "O'Brien", "D'Angelo", "N'Diaye", "af Klint", "von Essen", "Al-Hassan", "Haddad", "Yılmaz", "Nguyễn", "Kowalski",
    "Häggström", "Sandström", "Löfgren", "Hägglund", "Wåhlin", "Müller", "Lindström-Ek", "Björklund", "Söderlund",
)  # fmt: skip
BOARDS = (
    "Barn- och utbildningsnämnden", "Socialnämnden", "Kultur- och tekniknämnden", "Miljö- och byggnadsnämnden",
    "Kommunstyrelsen", "Valnämnden", "Överförmyndarnämnden", "Räddningsnämnden",
)  # fmt: skip
PLACES = ("Sörberge", "Vivsta", "Böle", "Ljustorp", "Söråker", "Bergeforsen", "Laggarberg", "Hässjö", "Östrand")
WORKPLACES = ("förskola", "skola", "hemtjänst", "äldreboende", "kök", "verkstad", "bibliotek", "kansli", "mottagning")
TITLES = (
    "Förskollärare", "Lärare", "Undersköterska", "Sjuksköterska", "Handläggare", "Kock", "Tekniker", "Bibliotekarie",
    "Socialsekreterare", "Ekonom", "Vaktmästare", "Barnskötare",
)  # fmt: skip
SYSTEMS = ("MIM", "PRO", "ECO", "GEO", "LEX", "RAI", "TRE", "ADI", "COS", "NET", "VIS", "KUL")
