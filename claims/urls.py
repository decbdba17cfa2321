from django.urls import path

from claims.views import check, files, grades, receipts, registration, tracker
from portal.centres.rules import CLAIMS_MAKE, GRADES_ENTER
from portal.intake.urls import file_urls

app_name = "claims"

urlpatterns = [
    path("", tracker.tracker, name="tracker"),
    path("rows.csv", tracker.rows_csv, name="csv"),
    path("check/", check.check, name="check"),
    *file_urls(files.UNIT_GRADES, capability=GRADES_ENTER, at="uploads/"),
    *file_urls(files.CLAIM_FILE, capability=CLAIMS_MAKE, at="files/"),
    path("receipts/<str:reference>/", receipts.receipt, name="receipt"),
    path("receipts/<str:reference>/receipt.pdf", receipts.receipt_pdf, name="receipt-pdf"),
    path("receipts/<str:reference>/undo/", receipts.undo, name="undo"),
    path("questions/", registration.questions_open, name="questions"),
    path("questions/<int:pk>/", registration.question, name="question"),
    path("learners/<str:registration>/", registration.registration, name="registration"),
    path("learners/<str:registration>/grades/", grades.grades, name="grades"),
    path("learners/<str:registration>/release/", registration.release, name="release"),
    path("learners/<str:registration>/refusal/", registration.refusal, name="refusal"),
    path("learners/<str:registration>/not-this-summer/", registration.absence, name="absence"),
]
