from django.urls import path

from portal.consent.views import centre, learner

app_name = "consent"
urlpatterns = [
    path("consent/<str:token>/", learner.answer, name="answer"),
    path("consent/<str:token>/withdraw/", learner.withdraw, name="withdraw-own"),
    path("c/<str:number>/consents/", centre.listing, name="list"),
    path("c/<str:number>/consents/learners/<str:candidate>/", centre.take, name="take"),
    path("c/<str:number>/consents/<row:pk>/", centre.detail, name="detail"),
    path("c/<str:number>/consents/<row:pk>/again/", centre.again, name="again"),
    path("c/<str:number>/consents/<row:pk>/withdraw/", centre.withdraw, name="withdraw"),
    path("c/<str:number>/consents/<row:pk>/sheet/", centre.sheet, name="sheet"),
    path("c/<str:number>/consents/<row:pk>/file/", centre.file, name="file"),
]
