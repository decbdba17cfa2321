"""Every model says whose rows it holds, and no field points up the ladder of rooms."""

import tomllib

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.test.utils import isolate_apps

from portal.centres.models import Centre
from portal.web.tenancy import Holds, TenantQuerySet
from tests.architecture.source import ROOT


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if apps.get_app_config(model._meta.app_label).name in settings.ROOMS]


def ranks() -> dict[str, int]:
    """Room to height: the layers of the first contract, top to bottom."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = reversed(contract["layers"])
    return {room.strip(" ()"): height for height, layer in enumerate(layers) for room in layer.split("|")}


def undeclared(model: type[models.Model]) -> list[str]:
    """A tenant model is fetched through `visible_to` by a path that ends at the centre."""
    holds = model.__dict__.get("holds")
    if not isinstance(holds, Holds):
        return [f"{model.__name__} does not say what it holds"]
    if holds is not Holds.TENANT:
        return []
    queryset = model._default_manager.all()
    if isinstance(queryset, TenantQuerySet):
        path = queryset.centre_path
    elif any(field.name == "centre" for field in model._meta.fields) or to_centre(model):
        return []  # reached only through its parent, which is fetched through the door
    else:
        return [f"{model.__name__} holds a centre's rows and has no way to the centre"]
    return [] if leads_to_centre(model, path) else [f"{model.__name__}.{path} does not lead to a centre"]


def leads_to_centre(model: type[models.Model], path: str) -> bool:
    for step in path.split("__"):
        try:
            model = model._meta.get_field(step).related_model
        except FieldDoesNotExist:
            return False
    return model is Centre


def to_centre(model: type[models.Model]) -> bool:
    """Whether a chain of required parents ends at a centre."""
    parents = [field.related_model for field in model._meta.fields if field.is_relation and not field.null]
    return Centre in parents or any(parent.__dict__.get("holds") is Holds.TENANT for parent in parents)


def upward(model: type[models.Model]) -> list[str]:
    """Foreign keys named by a string are imports that the import contracts do not see."""
    heights = ranks()
    room = apps.get_app_config(model._meta.app_label).name
    faults = []
    for field in model._meta.get_fields(include_parents=False):
        if not field.is_relation or field.auto_created or field.related_model is None:
            continue
        other = apps.get_app_config(field.related_model._meta.app_label).name
        if other in heights and other != room and heights[other] >= heights[room]:
            faults.append(f"{model.__name__}.{field.name} points up, to {other}")
    return faults


def test_every_model_says_whose_rows_it_holds():
    assert [fault for model in ours() for fault in undeclared(model)] == []


def test_no_field_points_up_the_ladder():
    assert [fault for model in ours() for fault in upward(model)] == []


@isolate_apps("portal.audit")
def test_a_model_that_says_nothing_is_caught():
    class Silent(models.Model):
        class Meta:
            app_label = "audit"

    assert undeclared(Silent) == ["Silent does not say what it holds"]


@isolate_apps("portal.audit")
def test_tenant_rows_without_a_way_to_the_centre_are_caught():
    class Stray(models.Model):
        holds = Holds.TENANT

        class Meta:
            app_label = "audit"

    class Lost(models.Model):
        holds = Holds.TENANT
        objects = TenantQuerySet.as_manager()

        class Meta:
            app_label = "audit"

    assert undeclared(Stray) == ["Stray holds a centre's rows and has no way to the centre"]
    assert undeclared(Lost) == ["Lost.centre does not lead to a centre"]


def test_a_field_that_points_up_is_caught():
    with isolate_apps("portal.audit"):

        class Climber(models.Model):
            holds = Holds.SYSTEM
            learner = models.ForeignKey(apps.get_model("learners", "Learner"), on_delete=models.PROTECT)

            class Meta:
                app_label = "audit"

    assert upward(Climber) == ["Climber.learner points up, to portal.learners"]


@pytest.mark.parametrize("room", settings.ROOMS)
def test_every_room_has_its_place_on_the_ladder(room):
    assert room in ranks()
