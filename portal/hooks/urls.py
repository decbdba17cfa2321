from django.urls import path

from portal.hooks import views

app_name = "hooks"
urlpatterns = [
    path("", views.hooks, name="list"),
    path("<row:hook>/", views.hook_page, name="hook"),
    path("<row:hook>/pause/", views.pause, name="pause"),
    path("<row:hook>/resume/", views.resume, name="resume"),
    path("<row:hook>/secret/", views.rotate, name="rotate"),
    path("<row:hook>/withdraw/", views.revoke, name="revoke"),
    path("<row:hook>/test/", views.test, name="test"),
    path("<row:hook>/replay/", views.replay_failed, name="replay-failed"),
    path("<row:hook>/deliveries/<row:delivery>/", views.delivery_page, name="delivery"),
    path("<row:hook>/deliveries/<row:delivery>/replay/", views.replay, name="replay"),
]
