from django.urls import path

from postresults.views import check, new, receipts, requests, results, signed

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
]
