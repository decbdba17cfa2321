from django.urls import path

from postresults.views import (
    check,
    concerns,
    documents,
    moderation,
    new,
    receipts,
    requests,
    results,
    scripts,
    signed,
    t_levels,
)

app_name = "postresults"
urlpatterns = [
    path("", results.results, name="results"),
    path("components/<str:series>/<str:unit>/", results.component, name="component"),
    path("components/<str:series>/<str:unit>/results.csv", results.component_csv, name="component-csv"),
    path("new/", new.choose, name="new"),
    path("new/services/<row:pk>/", new.services, name="services"),
    path("new/consent/", check.consent, name="consent"),
    path("new/check/", check.check, name="check"),
    path("new/signed/", signed.signed, name="signed"),
    path("receipts/<str:reference>/", receipts.receipt, name="receipt"),
    path("receipts/<str:reference>/receipt.pdf", receipts.receipt_pdf, name="receipt-pdf"),
    path("requests/", requests.track, name="requests"),
    path("requests/<str:reference>/", requests.request_page, name="request"),
    path("requests/<str:reference>/message/", requests.message, name="message"),
    path("requests/<str:reference>/withdraw/", requests.withdraw, name="withdraw"),
    path("scripts/", scripts.scripts, name="scripts"),
    path("scripts/<str:series>/<str:unit>/", scripts.component_scripts, name="component-scripts"),
    path("scripts/<str:series>/<str:unit>/<str:use>.zip", scripts.component_zip, name="component-zip"),
    path("scripts/<str:series>/<str:unit>/<str:registration>/<str:use>.pdf", scripts.script, name="script"),
    path("t-levels/", t_levels.t_levels, name="t-levels"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("moderation/<str:series>/<str:unit>/", moderation.moderate, name="moderate"),
    path("components/<str:series>/<str:unit>/concern/", concerns.concern, name="concern"),
    path("requests/<str:reference>/documents/<int:document>/", documents.document, name="document"),
    path("requests/<str:reference>/outcome.pdf", documents.outcome_pdf, name="outcome-pdf"),
]
