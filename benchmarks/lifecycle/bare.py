"""The floor: a Flask handler that writes the product's rows of each step with one SQL statement, and nothing more.

No rules, no directory, no form tokens, no page: who may do what is not asked. It checks the session's
signature, parses the form, and writes.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask, request, session

STATEMENTS = Path(__file__).with_name("bare.sql")
# As long as what the product keeps of a step: the guards with what they saw, and the directory's answer.
GUARDS = json.dumps([{"guard": f"G{n}", "passed": True, "reason": "", "inputs": {"state": "x"}} for n in range(1, 9)])
EVIDENCE = json.dumps({"status": "active", "server": "ldap", "attributes": {"accountExpires": "0", "type": "x"}})


@cache
def statements() -> dict[str, str]:
    """The statement of each step, by name."""
    parts = STATEMENTS.read_text(encoding="utf-8").split("-- step: ")[1:]
    return {name.strip(): sql for name, _, sql in (part.partition("\n") for part in parts)}


@cache
def connection() -> psycopg.Connection[Any]:
    """The process's one connection; each statement is a transaction."""
    return psycopg.connect(os.environ["BENCHMARK_DATABASE"], autocommit=True)


def create_app() -> Flask:
    """The application."""
    app = Flask(__name__)
    app.secret_key = os.environ["BENCHMARK_SECRET"]

    @app.post("/<step>/<int:number>")
    def take(step: str, number: int) -> tuple[str, int]:
        """Do one step; the answer is the number that the next step needs."""
        now = datetime.now(UTC)
        given = {
            **request.form.to_dict(),
            "number": number,
            "me": session["person_id"],
            "now": now,
            "today": now.date(),
            "due": now.date() + timedelta(days=5),
            "guards": GUARDS,
            "evidence": EVIDENCE,
        }
        row = connection().execute(statements()[step], given, prepare=True).fetchone()
        return (str(row[0]), 200) if row and row[0] else ("somebody was first", 409)

    @app.get("/healthz")
    def healthz() -> str:
        """It is there."""
        return "ok"

    return app
