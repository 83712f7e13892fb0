"""What the worker finds about a proposal: nothing is activated before it, and nothing is lost by whoever looks away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from app.db import db, transaction
from app.directory.models import Person
from app.errors import Forbidden, NotAllowed
from app.processes import checks, queries, services
from app.processes.models import VersionCheck
from app.requests.models import WorkflowVersion
from tests.auth.conftest import LogIn
from tests.people import Town
from tests.processes.conftest import PROCESS, SLOWER, Life, Propose, as_administrator, edited, first, shipped
from tests.processes.test_pages import MANAGER, OWNER_GRANTS, post
from tests.processes.test_services import confirm, logged, statuses

BACK = timedelta(days=30)
NOT_STANDARD = ("[basic, standard]", "[basic]")


@pytest.fixture
def unproved(town: Town) -> WorkflowVersion:
    """A proposal that no worker has looked at."""
    with transaction():
        actor = as_administrator(town.administrator)
        return services.propose(edited(first() + 1, SLOWER), "ny.yaml", why="Prov.", actor=actor, now=clock.now())


def proof_of(version: WorkflowVersion) -> VersionCheck:
    """Its proof as it is stored now."""
    db.session.rollback()
    return checks.of(version.id)[checks.PROOF]


class TestProof:
    def test_waits_until_the_worker_has_made_it(self, unproved: WorkflowVersion, ada: Person) -> None:
        assert proof_of(unproved).status == "waiting"
        with pytest.raises(NotAllowed, match="version_not_proved"):
            confirm(unproved, ada)
        assert checks.run_waiting() == 1
        assert (proof_of(unproved).status, proof_of(unproved).result) == ("done", {"problems": []})
        assert logged("workflow.proved")[-1].object_id == unproved.id
        confirm(unproved, ada)
        assert statuses()[unproved.version] == "active"

    def test_is_made_once_however_often_the_job_runs(self, unproved: WorkflowVersion) -> None:
        assert [checks.run_waiting() for _ in range(3)] == [1, 0, 0]

    def test_that_finds_something_stops_the_activation(
        self, unproved: WorkflowVersion, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.processes.proving.problems", lambda workflow: ("a new invariant is broken",))
        checks.run_waiting()
        with pytest.raises(NotAllowed, match="version_unsafe") as refused:
            confirm(unproved, ada)
        assert refused.value.details["problems"] == ("a new invariant is broken",)
        assert statuses() == {first(): "active", unproved.version: "proposed"}
        assert logged("workflow.proved")[-1].reason == "unsafe"

    def test_that_could_not_be_made_stops_it_too(
        self, unproved: WorkflowVersion, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def breaks(workflow: Any) -> Any:
            raise RecursionError

        monkeypatch.setattr("app.processes.proving.problems", breaks)
        checks.run_waiting()
        assert (proof_of(unproved).status, proof_of(unproved).result) == ("failed", {"error": "RecursionError"})
        with pytest.raises(NotAllowed, match="version_not_proved"):
            confirm(unproved, ada)

    def test_of_another_engine_is_made_anew(
        self, unproved: WorkflowVersion, ada: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        checks.run_waiting()
        monkeypatch.setattr(checks, "engine", lambda: "another")
        with pytest.raises(NotAllowed, match="version_not_proved"):
            confirm(unproved, ada)
        assert checks.run_waiting() == 1
        confirm(unproved, ada)

    def test_of_a_worker_that_died_is_taken_over(self, unproved: WorkflowVersion) -> None:
        taken = "UPDATE workflow_check SET status = 'running', started_at = :at"
        with transaction() as session:
            session.execute(text(taken), {"at": clock.now()})
        assert checks.run_waiting() == 0
        with transaction() as session:
            session.execute(text(taken), {"at": clock.now() - checks.ABANDONED - timedelta(seconds=1)})
        assert checks.run_waiting() == 1

    def test_two_workers_make_it_once(self, app: Flask, unproved: WorkflowVersion) -> None:
        gate = Barrier(2)

        def work(_number: int) -> int:
            with app.app_context():
                gate.wait()
                return checks.run_waiting()

        db.session.commit()
        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(work, range(2))) == 1
        assert proof_of(unproved).status == "done"

    def test_comes_for_what_the_product_proposes_too(self, town: Town) -> None:
        source, number = edited(first() + 1, SLOWER), first() + 1
        with transaction() as session:
            brought = WorkflowVersion(
                process=PROCESS, version=number, digest="brought", source=source, proposed_at=clock.now()
            )
            session.add(brought)
        assert checks.run_waiting() == 1
        assert proof_of(brought).status == "done"

    def test_page_says_that_it_is_being_made(self, as_person: LogIn, unproved: WorkflowVersion, ada: Person) -> None:
        where = f"{MANAGER}/{unproved.version}"
        browser = as_person(ada)
        page = browser.get(where).text
        assert "Prövas …" in page and "Kan inte aktiveras än" in page and "/activate" not in page
        answer = post(browser, where, f"{where}/activate", instead_of=str(first()))
        assert answer.status_code == 422
        assert "prövas fortfarande" in answer.text
        checks.run_waiting()
        page = browser.get(where).text
        assert "Granskningen hittar inga fel" in page and f"{where}/activate" in page


class TestBacktest:
    @pytest.fixture
    def where(self, life: Life, town: Town, propose: Propose) -> str:
        """The page of a proposal by which the owner grants; three orders have been sent."""
        for who in (town.alice, town.sam, town.carol):
            life.order(who)
        return f"{MANAGER}/{propose(OWNER_GRANTS).version}"

    def ask(self, browser: Any, where: str, since: str = "") -> Any:
        """Ask for a back-test."""
        return post(browser, where, f"{where}/backtest", since=since or (clock.today() - BACK).isoformat())

    def test_is_made_by_the_worker_and_stays_there(self, as_person: LogIn, ada: Person, town: Town, where: str) -> None:
        browser = as_person(ada)
        assert self.ask(browser, where).headers["Location"].endswith(f"{where}#backtest")
        assert "Provas mot beställningar från" in browser.get(where).text
        assert checks.run_waiting() == 1
        for _reload in range(2):
            page = browser.get(where).text
            told = page.split('id="backtest"', 1)[1].split("</section>", 1)[0]
            assert "Olga Åberg" in told and "Carol Dahl och Sam Öst" in told
            assert told.count("MicroMarc, Lånedisk") == 3

    def test_of_an_unchanged_version_is_zero(
        self, as_person: LogIn, life: Life, town: Town, propose: Propose, ada: Person
    ) -> None:
        life.order(town.alice)
        where = f"{MANAGER}/{propose().version}"
        self.ask(as_person(ada), where)
        checks.run_waiting()
        found = checks.of(queries.version(PROCESS, first() + 1).id)[checks.BACKTEST].result
        numbers = {name: found[name] for name in ("differ", "more", "fewer", "refused", "waiting", "rows")}
        assert (found["orders"], numbers) == (1, dict.fromkeys(numbers, 0) | {"rows": []})
        assert "Ingen beställning skulle ha blivit annorlunda." in as_person(ada).get(where).text

    def test_counts_what_would_have_been_stopped(
        self, as_person: LogIn, life: Life, town: Town, propose: Propose, ada: Person
    ) -> None:
        life.order(town.alice)
        made = propose(("profiles: [basic, standard, privileged]", "profiles: [basic, privileged]"), NOT_STANDARD)
        where = f"{MANAGER}/{made.version}"
        self.ask(as_person(ada), where)
        checks.run_waiting()
        page = as_person(ada).get(where).text
        assert "1 av reglerna, 0 hade fått vänta" in page

    def test_asked_again_forgets_the_answer_that_is_on_its_way(
        self, as_person: LogIn, ada: Person, where: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        browser = as_person(ada)
        self.ask(browser, where)
        real = checks.backtesting.result

        def slow(since: Any, workflow: Any) -> Any:
            monkeypatch.setattr(checks.backtesting, "result", real)
            self.ask(browser, where, clock.today().isoformat())
            return real(since, workflow)

        monkeypatch.setattr(checks.backtesting, "result", slow)
        assert checks.run_waiting() == 2
        found = checks.of(queries.version(PROCESS, first() + 1).id)[checks.BACKTEST]
        assert (found.since, found.status) == (clock.today(), "done")

    @pytest.mark.parametrize(
        ("since", "said"),
        [
            ("", "Välj en dag."),
            ("2026-02-30", "Skriv datumet"),
            ("2099-01-01", "Välj i dag eller en dag som har varit."),
            ("1999-01-01", "högst fem år tillbaka"),
        ],
    )
    def test_wrong_day_is_told_beside_the_field(
        self, as_person: LogIn, ada: Person, where: str, since: str, said: str
    ) -> None:
        answer = post(as_person(ada), where, f"{where}/backtest", since=since)
        assert answer.status_code == 200
        assert said in answer.text
        assert checks.BACKTEST not in checks.of(queries.version(PROCESS, first() + 1).id)

    def test_is_for_administrators(self, as_person: LogIn, town: Town, propose: Propose) -> None:
        made = propose(SLOWER)
        assert self.ask(as_person(town.coordinator), f"{MANAGER}/{made.version}").status_code == 403
        with pytest.raises(Forbidden), transaction():
            checks.ask_backtest(made, clock.today(), actor=as_administrator(town.coordinator), now=clock.now())

    def test_other_methods_and_missing_versions(self, as_person: LogIn, ada: Person, where: str) -> None:
        browser = as_person(ada)
        assert browser.get(f"{where}/backtest").status_code == 405
        assert post(browser, where, f"{MANAGER}/99/backtest", since="2026-01-01").status_code == 404


class TestFile:
    def test_is_the_stored_text(self, as_person: LogIn, town: Town) -> None:
        where = f"{MANAGER}/{first()}"
        browser = as_person(town.alice)
        assert f"{where}/file" in browser.get(where).text
        answer = browser.get(f"{where}/file")
        assert answer.text == shipped()
        assert answer.headers["Content-Disposition"] == f"attachment; filename={PROCESS}-{first()}.yaml"
        assert answer.mimetype == "application/yaml"

    def test_of_a_missing_version_is_not_found(self, as_person: LogIn, town: Town) -> None:
        browser = as_person(town.alice)
        assert browser.get(f"{MANAGER}/99/file").status_code == 404
        assert browser.post(f"{MANAGER}/{first()}/file").status_code in (400, 405)
