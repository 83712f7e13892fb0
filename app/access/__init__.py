"""Who has what, and why: each access with the order, the answers and the evidence behind it, today or on a past day."""

from flask import Blueprint

bp = Blueprint("access", __name__, url_prefix="/access")
