"""/userlists: who has an account in a system outside the directory, by a list from the system itself (rules.md C13)."""

from flask import Blueprint

bp = Blueprint("userlists", __name__, url_prefix="/userlists")
