"""Rights that are groups in the directory, which the product itself puts people into and takes out of.

Only with BEHORIG_LDAP_WRITE=on; otherwise system managers do it, and the nightly readings look.
"""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("fulfilment", __name__, url_prefix="/directory-writes")
