from django.urls import path

from claims.views import check, files, grades, receipts, registration, tracker, uploads

app_name = "claims"

urlpatterns = [
    path("", tracker.tracker, name="tracker"),
    path("rows.csv", tracker.rows_csv, name="csv"),
    path("check/", check.check, name="check"),
    path("uploads/", uploads.upload, name="upload"),
    path("uploads/<int:pk>/", uploads.preview, name="upload-preview"),
    path("uploads/<int:pk>/done/", uploads.done, name="upload-done"),
    path("uploads/<int:pk>/refused.csv", uploads.refused, name="upload-refused"),
    path("files/", files.upload, name="file"),
    path("files/<int:pk>/", files.preview, name="file-preview"),
    path("files/<int:pk>/done/", files.done, name="file-done"),
    path("files/<int:pk>/refused.csv", files.refused, name="file-refused"),
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
