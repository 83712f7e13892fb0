"""THE TABLE of refusals in words: what is told for each reason code."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.errorpages import of_rooms
from app.errorpages.headings import CHANGED, GO_BACK, RULES, SEE_AGAIN
from app.errorpages.of_outages import WORDS as OF_OUTAGES
from app.errorpages.of_readings import WORDS as OF_READINGS
from app.requests.emergency_words import REFUSALS as OF_EMERGENCIES


@dataclass(frozen=True, slots=True)
class Words:
    """Heading, what happened (and that nothing is lost), and what to do."""

    heading: object
    happened: object
    to_do: object


NOTHING_TRIED = _("Versionen är inte provad mot några beställningar. Inget har ändrats.")
SEE_VERSIONS = _("Öppna processens sida och se vad som gäller nu.")
WAIT_FOR_ORDER = _("Låt den gå klart, eller be beställaren ta tillbaka den och beställa på nytt.")
ASK_PERSONNEL = _(
    "Kontrollera uppgifterna med personalavdelningen. Rättas de i katalogen så går beställningen att göra."
)

WORDS = {
    "not_self": Words(
        RULES,
        _("Du kan inte besluta om dig själv. Inget har ändrats."),
        _("Någon annan behöver svara. Ärendet finns kvar hos den som får besluta."),
    ),
    "four_eyes": Words(
        RULES,
        _("Två olika personer behöver svara, och du har redan svarat i ett tidigare steg."),
        _("Någon annan som får besluta behöver svara. Ditt tidigare svar finns kvar."),
    ),
    "reason_needed": Words(
        _("Skälet saknas"),
        _("Ditt svar är inte sparat, eftersom det behöver ett skäl."),
        _("Gå tillbaka, skriv skälet och svara igen."),
    ),
    "reason_too_long": Words(
        RULES, _("Skälet är för långt: högst 2 000 tecken får plats. Inget har ändrats."), GO_BACK
    ),
    "back_dated": Words(RULES, _("Dagen har redan varit. Välj i dag eller en senare dag."), GO_BACK),
    "freeze_too_long": Words(
        RULES, _("Högst 92 dagar åt gången. Ska systemet vara stängt längre, ändra det i katalogen."), GO_BACK
    ),
    "not_a_receiver": Words(
        RULES,
        _("Den personen får inte svara på uppgiften, eller har redan fått den. Inget har ändrats."),
        _("Gå tillbaka och välj någon annan."),
    ),
    "already_decided": Words(
        _("Någon annan hann före"), _("Uppgiften är redan besvarad. Inget har ändrats."), SEE_AGAIN
    ),
    "order_changed": Words(
        CHANGED, _("Någon annan ändrade ärendet samtidigt. Det du skickade är inte sparat."), SEE_AGAIN
    ),
    "mandate_ended": Words(
        _("Ditt uppdrag har upphört"),
        _("Du fick frågan när du var utsedd, eller som ersättare. Tiden för det är slut. Inget har ändrats."),
        _("Den som är utsedd nu får svara. Stämmer det inte, be den som utser att rätta det."),
    ),
    "not_your_order": Words(
        _("Det är inte din beställning"),
        _("Bara den som har beställt kan göra det. Inget har ändrats."),
        _("Be beställaren om ändringen."),
    ),
    "already_sent": Words(
        _("Beställningen är redan skickad"),
        _("Den kom fram första gången och finns kvar."),
        _("Du hittar den under Mina beställningar."),
    ),
    "employment_missing": Words(
        _("Anställningen saknas"), _("Personalkatalogen visar ingen anställning. Inget är beställt."), ASK_PERSONNEL
    ),
    "employment_future": Words(
        _("Anställningen har inte börjat"),
        _("Behörigheten kan inte ges före första arbetsdagen. Inget har ändrats."),
        _("En beställning kan skickas redan nu. Den väntar tills anställningen börjar."),
    ),
    "employment_ended": Words(
        _("Anställningen har upphört"),
        _("Personalkatalogen säger att anställningen är slut. Inget har ändrats."),
        ASK_PERSONNEL,
    ),
    "employment_ambiguous": Words(
        _("Anställningen är oklar"),
        _("Personalkatalogen har flera personer med samma anställningsnummer. Inget har ändrats."),
        ASK_PERSONNEL,
    ),
    "on_leave": Words(
        RULES,
        _("Personen är tjänstledig och kan inte få behörigheten nu. Inget har ändrats."),
        _("Försök igen när tjänstledigheten är slut."),
    ),
    "base_grant_missing": Words(
        _("Grundbehörigheten saknas"),
        _("Alla andra behörigheter bygger på grundbehörigheten. Inget har ändrats."),
        _("Chefen beställer grundbehörigheten först."),
    ),
    "no_such_move": Words(
        CHANGED, _("Ärendet har gått vidare och det du valde går inte längre. Inget har ändrats."), SEE_AGAIN
    ),
    "still_waiting": Words(
        _("Ärendet väntar fortfarande"),
        _("Det som ärendet väntar på är inte klart. Beställningen finns kvar."),
        _("Den fortsätter av sig själv."),
    ),
    "process_missing": Words(
        _("Går inte att beställa här"),
        _("Behörigheten har ingen beställningsväg i Behörig. Inget är beställt."),
        _("Kontakta systemförvaltaren."),
    ),
    "already_asked": Words(
        RULES,
        _("Det finns redan en fråga om undantag för den här kombinationen. Inget har ändrats."),
        _("Vänta på svaret."),
    ),
    "exemption_settled": Words(
        _("Undantaget är redan besvarat"),
        _("Någon annan hann svara medan du hade sidan öppen. Inget har ändrats."),
        SEE_AGAIN,
    ),
    "grant_ended": Words(
        _("Behörigheten har avslutats"),
        _("Den hann avslutas medan du hade sidan öppen. Inget har ändrats."),
        _("Gör en ny beställning om behörigheten behövs."),
    ),
    "temporary_not_changed": Words(
        RULES,
        _("En tillfällig behörighet i en annan enhet byter inte nivå. Inget har ändrats."),
        _("Gör en ny beställning av den nivå som behövs."),
    ),
    "no_other_level": Words(
        RULES,
        _("Systemet har ingen annan nivå som går att beställa just nu. Inget har ändrats."),
        GO_BACK,
    ),
    "base_ends_with_employment": Words(
        RULES,
        _("Grundbehörigheten följer anställningen och avslutas med den. Inget har ändrats."),
        _("Du behöver inte göra något."),
    ),
    "nobody_to_ask": Words(
        _("Ingen kan svara"),
        _("Det finns ingen som får besluta i nästa steg. Beställningen finns kvar."),
        _("Applikationsansvarig har fått veta det och ordnar någon."),
    ),
    "version_four_eyes": Words(
        RULES,
        _("En ny version av en process aktiveras av någon annan än den som föreslog den. Inget har ändrats."),
        _("Be en annan administratör granska och aktivera den."),
    ),
    "version_taken": Words(
        _("Någon annan hann före"),
        _("En version med samma nummer föreslogs samtidigt. Ditt förslag är inte sparat."),
        _("Läs det andra förslaget. Ge ditt nästa nummer och föreslå det igen om det behövs."),
    ),
    "version_changed": Words(
        CHANGED,
        _("En annan version har aktiverats, så skillnaden som du läste stämmer inte längre. Inget har ändrats."),
        _("Öppna förslaget igen och läs vad som skiljer det från den nya versionen."),
    ),
    "version_overtaken": Words(
        _("Förslaget är äldre än processen"),
        _("En senare version är redan aktiv. Inget har ändrats."),
        _("Ta tillbaka förslaget, och föreslå ändringen med nästa nummer om den behövs."),
    ),
    "version_active": Words(
        _("Någon annan hann före"), _("Versionen är redan aktiv. Inget har ändrats."), SEE_VERSIONS
    ),
    "version_superseded": Words(
        _("Någon annan hann före"), _("Versionen har varit aktiv och är ersatt. Inget har ändrats."), SEE_VERSIONS
    ),
    "version_withdrawn": Words(
        _("Någon annan hann före"), _("Förslaget är tillbakataget. Inget har ändrats."), SEE_VERSIONS
    ),
    "version_not_proved": Words(
        _("Den prövas fortfarande"),
        _("Versionen prövas fortfarande, så den kan inte aktiveras än. Inget har ändrats."),
        _("Vänta någon minut och öppna förslaget igen."),
    ),
    "since_ahead": Words(_("Dagen ligger framåt"), NOTHING_TRIED, _("Välj i dag eller en dag som har varit.")),
    "since_too_far_back": Words(
        _("Dagen ligger för långt tillbaka"), NOTHING_TRIED, _("Välj en dag som är högst fem år tillbaka.")
    ),
    "version_unsafe": Words(
        _("Processen är inte säker"),
        _("Granskningen hittar fel i den, så den kan inte aktiveras. Inget har ändrats."),
        _("Läs felen på förslagets sida, rätta filen och föreslå den med nästa nummer."),
    ),
    "version_is_followed": Words(
        _("Beställningen följer redan versionen"), _("Den är flyttad, så inget har ändrats."), SEE_VERSIONS
    ),
    "version_lacks_state": Words(
        RULES,
        _("Den nya versionen saknar läget som beställningen står i. Den följer sin version som förut."),
        WAIT_FOR_ORDER,
    ),
    "version_lacks_level": Words(
        RULES,
        _("Den nya versionen gäller inte en sådan beställning. Den följer sin version som förut."),
        WAIT_FOR_ORDER,
    ),
    "version_lacks_step": Words(
        RULES,
        _("Någon har godkänt i ett steg som den nya versionen saknar. Beställningen följer sin version som förut."),
        WAIT_FOR_ORDER,
    ),
    "version_wants_approval": Words(
        RULES,
        _("Den nya versionen kräver ett godkännande som beställningen redan har gått förbi. Den följer sin version."),
        WAIT_FOR_ORDER,
    ),
    "order_ended": Words(_("Beställningen är avslutad"), _("Den hann avslutas, så inget har ändrats."), SEE_VERSIONS),
    "unknown_role": Words(RULES, _("Rollen finns inte. Inget har ändrats."), GO_BACK),
    "period": Words(RULES, _("Slutdatum ligger före startdatum. Inget har ändrats."), GO_BACK),
    "period_reversed": Words(RULES, _("Slutdatum ligger före startdatum. Inget har ändrats."), GO_BACK),
    "duplicate": Words(CHANGED, _("Det finns redan en sådan beställning eller behörighet."), SEE_AGAIN),
    "orderer_period": Words(RULES, _("Så länge får uppdraget inte vara. Inget har ändrats."), GO_BACK),
    "deputy_period": Words(RULES, _("Så länge får uppdraget inte vara. Inget har ändrats."), GO_BACK),
    "system_needed": Words(RULES, _("Rollen gäller ett system, och inget är valt. Inget har ändrats."), GO_BACK),
    "unit_needed": Words(RULES, _("Rollen gäller en enhet, och ingen är vald. Inget har ändrats."), GO_BACK),
    "board_needed": Words(RULES, _("Rollen gäller en nämnd, och ingen är vald. Inget har ändrats."), GO_BACK),
    "not_employed": Words(RULES, _("Personen är inte anställd enligt personalkatalogen. Inget har ändrats."), GO_BACK),
    "already_appointed": Words(RULES, _("Personen har redan rollen under den tiden. Inget har ändrats."), GO_BACK),
    "already_ended": Words(RULES, _("Uppdraget har redan avslutats. Inget har ändrats."), GO_BACK),
    "last_holder": Words(
        RULES, _("Ett system behöver ägare och förvaltare. Inget har ändrats."), _("Utse en efterträdare först.")
    ),
    "deputy_self": Words(RULES, _("Ingen kan vara sin egen ersättare. Inget har ändrats."), GO_BACK),
    "same_person": Words(RULES, _("Personen har redan rollen. Inget har ändrats."), GO_BACK),
    "handover_past": Words(RULES, _("Dagen har redan varit. Inget har ändrats."), GO_BACK),
    "not_holder": Words(CHANGED, _("Rollen har redan bytt ägare. Inget har ändrats."), GO_BACK),
    "handover_under_way": Words(RULES, _("Någon är redan tillfrågad om rollen. Inget har ändrats."), GO_BACK),
    "already_nominated": Words(
        RULES, _("Personen är redan föreslagen eller utsedd för enheten. Inget har ändrats."), GO_BACK
    ),
    "not_your_nomination": Words(
        _("Förslaget gäller någon annan"),
        _("Bara den som är föreslagen kan svara. Inget har ändrats."),
        _("Säg till personen att frågan väntar."),
    ),
    "not_your_unit": Words(
        _("Du leder inte enheten"),
        _("Bara den som leder enheten kan föreslå och bekräfta behöriga beställare. Inget har ändrats."),
        _("Be enhetens chef göra det."),
    ),
    "new_version": Words(CHANGED, _("Förbindelsen har fått en ny text. Inget är undertecknat."), SEE_AGAIN),
    "duties_changed": Words(CHANGED, _("Texten om uppdraget har ändrats. Inget är sparat."), SEE_AGAIN),
    "course_missing": Words(
        RULES, _("Kursen för behöriga beställare saknas. Inget har ändrats."), _("Gå kursen och svara sedan.")
    ),
    "deputy_already": Words(RULES, _("Personen är redan ersättare under den tiden. Inget har ändrats."), GO_BACK),
    "deputy_chain": Words(
        RULES, _("En ersättare kan inte ha en egen ersättare i sin tur. Inget har ändrats."), GO_BACK
    ),
    "post_needed": Words(RULES, _("Ange vilken post lokalerna hör till. Inget har ändrats."), GO_BACK),
    "csrf": Words(
        _("Sidan har legat öppen för länge"),
        _("Du var borta en stund, och av säkerhetsskäl togs inget emot."),
        _("Gå tillbaka, ladda om sidan och skicka igen."),
    ),
}
# What a form says beside its field is said here too, when there is no form to say it in.
WORDS |= {code: Words(*said) for code, said in (*OF_EMERGENCIES.items(), *OF_OUTAGES.items(), *OF_READINGS.items())}
WORDS |= {code: Words(RULES, said, GO_BACK) for code, said in of_rooms.REFUSED.items() if code not in WORDS}
WORDS |= {code: Words(CHANGED, said, SEE_AGAIN) for code, said in of_rooms.OVERTAKEN.items()}
