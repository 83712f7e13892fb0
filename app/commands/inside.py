"""Commands that run inside the application: a named error becomes one line in Swedish and an exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import create_app
from app.catalogue.faults import CatalogueError
from app.commands.lazy import Fault
from app.config import SettingsError
from app.directory import services as directory_services
from app.errors import BehorigError, DirectoryUnavailable
from workflows.errors import DefinitionError

REASONS: Mapping[str, str] = {
    "not_found": "Personen, systemet, nivån eller enheten finns inte.",
    "not_employed": "Personen är inte anställd enligt katalogen.",
    "already_appointed": "Personen har redan uppdraget under den tiden.",
    "system_needed": "Ange vilket system det gäller med --system.",
    "unit_needed": "Ange vilken enhet det gäller med --unit.",
    "board_needed": "Ange vilken nämnd det gäller med --board.",
    "post_needed": "Ange vilken post lokalerna hör till med --post.",
    "period": "Slutdatumet är före startdatumet.",
    "orderer_period": "En behörig beställare utses för högst 24 månader. Ange slutdatum med --to.",
    "deputy_self": "Ingen kan vara sin egen ersättare.",
    "deputy_period": "En ersättare utses för högst 12 månader.",
    "deputy_already": "Ersättaren är redan utsedd under en del av den tiden.",
    "deputy_chain": "Ersättaren har själv en ersättare under den tiden, eller tvärtom.",
    "process_missing": "Det finns ingen process för nivån.",
    "forbidden": "Det får bara en administratör göra.",
    "reason_needed": "Skriv varför.",
    "reason_too_long": "Skriv kortare varför.",
    "version_four_eyes": "En version aktiveras av någon annan än den som föreslog den.",
    "version_not_proved": "Versionen är inte prövad än. Vänta tills arbetaren har gjort det.",
    "version_taken": "Någon annan föreslog samma nummer samtidigt.",
    "version_changed": "Någon annan aktiverade en version samtidigt. Läs den och försök igen.",
    "version_overtaken": "En senare version är redan aktiv.",
    "version_active": "Versionen är redan aktiv.",
    "version_superseded": "Versionen är redan ersatt.",
    "version_withdrawn": "Förslaget är tillbakataget.",
    "version_is_followed": "Beställningen följer redan den aktiva versionen.",
    "version_lacks_state": "Den aktiva versionen saknar läget som beställningen står i.",
    "version_lacks_level": "Den aktiva versionen gäller inte en sådan beställning.",
    "version_lacks_step": "Någon har godkänt i ett steg som den aktiva versionen saknar.",
    "version_wants_approval": "Den aktiva versionen kräver ett godkännande som beställningen redan har gått förbi.",
    "order_ended": "Beställningen är avslutad.",
}


class Command(click.Command):
    """A command whose named errors become one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run it. Raises Fault for every error that has words."""
        if ctx.find_object(ScriptInfo) is None:
            ctx.obj = ScriptInfo(create_app=create_app)
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise Fault("\n".join(error.faults)) from error
        except (CatalogueError, DefinitionError) as error:
            raise Fault(str(error)) from error
        except DirectoryUnavailable as error:
            raise Fault(f"Katalogen svarar inte: {error.details.get('cause', '')}") from error
        except directory_services.ReadingIsHeld as error:
            facts = ", ".join(f"{name}={value}" for name, value in error.details.items())
            raise Fault(
                f"Läsningen hålls och inget ändrades: {error.reason} ({facts}). "
                "Vad det är och vad som kan göras står på sidan /reconciliation/readings."
            ) from error
        except BehorigError as error:
            if error.reason == "version_unsafe":
                raise Fault("\n".join(map(str, error.details["problems"]))) from error  # type: ignore[call-overload]
            raise Fault(REASONS.get(error.reason, str(error))) from error
        except OperationalError as error:
            raise Fault(f"Databasen svarar inte: {str(error.orig).splitlines()[0]}") from error
        except ProgrammingError as error:
            raise Fault(f"{str(error.orig).splitlines()[0]}. Kör behorig db upgrade.") from error


def command(name: str) -> Callable[[Callable[..., Any]], Command]:
    """Makes the function a command of that name, run with the application at hand."""

    def made(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command)(with_appcontext(function))

    return made
