"""Every page of the product, by room."""

from __future__ import annotations

from flask import Flask

from app.absences import bp as absences
from app.absences import views as absence_views
from app.access import bp as access
from app.access import privileged_views
from app.access import views as access_views
from app.appointments import bp as appointments
from app.appointments import deputy_views, ending_views, orderer_views, role_views
from app.arrivals import bp as arrivals
from app.arrivals import views as arrival_views
from app.assignments import bp as assignments
from app.assignments import views as assignment_views
from app.auth.views import bp as auth
from app.catalogue.views import bp as catalogue
from app.conflicts.views import bp as conflicts
from app.control import (
    activity_views,
    file_views,
    overview_views,
    profile_views,
    remark_views,
    report_acts,
    report_views,
    risk_views,
)
from app.control import bp as control
from app.decisions import bp as decisions
from app.decisions import link_views, reassign_views, views
from app.emergencies import bp as emergencies
from app.emergencies import views as emergency_views
from app.fulfilment import bp as fulfilment
from app.fulfilment import views as write_views
from app.holdings import bp as grants
from app.holdings import changing, extending
from app.holdings import views as holdings_views
from app.home.views import bp as home
from app.hr_feed.views import bp as hr_feed
from app.leavers import bp as leavers
from app.leavers import form_views as leaver_forms
from app.leavers import views as leaver_views
from app.log_checks import bp as log_checks
from app.log_checks import views as log_check_views
from app.matters import answer_views, document_views, opening_views, succession_views
from app.matters import bp as matters
from app.matters import system_views as life_views
from app.matters import views as matter_views
from app.movers import announce_views, reorganisation_views
from app.movers import bp as movers
from app.movers import held_views as held_move_views
from app.movers import views as mover_views
from app.outages import account_views, drill_views, outage_views, pack_views, paper_views, register_views
from app.outages import bp as outages
from app.premises import bp as premises
from app.premises import credential_views, desk_views, list_views, lost_views
from app.processes.views import bp as processes
from app.reconciliation import baseline_views, finding_views
from app.reconciliation.readings import bp as reconciliation
from app.requests import bp as requests
from app.requests import completing, placing
from app.requests import views as request_views
from app.requests.batches import bp as batches
from app.requests.bundles import bp as bundles
from app.requests.newcomers import bp as newcomers
from app.requests.packages import bp as packages
from app.reviews import bp as reviews
from app.reviews import part_views as review_parts
from app.reviews import views as review_views
from app.systems import bp as systems
from app.systems import freeze_views
from app.systems import views as system_views
from app.training.views import bp as training
from app.userlists import bp as userlists
from app.userlists import draft_views as list_drafts
from app.userlists import views as list_pages

# The modules that hang their pages on the one blueprint of their room.
DECISION_PAGES = (views, link_views, reassign_views)
REQUEST_PAGES = (request_views, placing, completing)
GRANT_PAGES = (holdings_views, extending, changing)
APPOINTMENT_PAGES = (deputy_views, ending_views, orderer_views, role_views)
SEVERAL_ORDERS = (packages, batches, bundles)
WRITE_PAGES = (write_views,)
CONTROL_PAGES = (
    overview_views,
    profile_views,
    risk_views,
    activity_views,
    report_views,
    remark_views,
    report_acts,
    file_views,
)
LOG_CHECK_PAGES = (log_check_views,)
REVIEW_PAGES = (review_views, review_parts)
EMERGENCY_PAGES = (emergency_views,)
ACCESS_PAGES = (access_views, privileged_views)
SYSTEM_PAGES = (system_views, freeze_views)
MATTER_PAGES = (matter_views, life_views, opening_views, answer_views, succession_views, document_views)
PREMISES_PAGES = (credential_views, desk_views, list_views, lost_views)
ARRIVAL_PAGES = (arrival_views,)
FINDING_PAGES = (finding_views, baseline_views)
LIST_PAGES = (list_pages, list_drafts)
ASSIGNMENT_PAGES = (assignment_views,)
LEAVER_PAGES = (leaver_views, leaver_forms)
ABSENCE_PAGES = (absence_views,)
MOVER_PAGES = (mover_views, announce_views, held_move_views, reorganisation_views)
OUTAGE_PAGES = (pack_views, outage_views, register_views, paper_views, account_views, drill_views)
BLUEPRINTS = (
    home,
    access,
    auth,
    catalogue,
    requests,
    newcomers,
    decisions,
    grants,
    systems,
    appointments,
    arrivals,
    assignments,
    conflicts,
    control,
    emergencies,
    fulfilment,
    hr_feed,
    leavers,
    log_checks,
    reviews,
    matters,
    absences,
    movers,
    outages,
    premises,
    processes,
    reconciliation,
    training,
    userlists,
)


def init_app(app: Flask) -> None:
    """Register the rooms' blueprints."""
    for blueprint in (*BLUEPRINTS, *SEVERAL_ORDERS):
        app.register_blueprint(blueprint)
