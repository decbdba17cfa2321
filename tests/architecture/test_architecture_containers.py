"""The compose file and the image, read as text: no engine runs here. What is named must exist."""

import copy
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from portal.environment import KNOWN
from tests.architecture.source import ROOT

BIN = Path(sys.executable).parent
EXAMPLE = (ROOT / ".env.example").read_text()
DOCUMENTED = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.MULTILINE))
OF_THE_IMAGES = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}
STANDARD = {"PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w-]+)?|exams-office:\d+\.\d+\.\d+")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def names_exist(compose):
    """Services waited for, networks, volumes and secrets; a completed one must end by itself."""
    faults = []
    for name, service in compose["services"].items():
        for other, terms in service.get("depends_on", {}).items():
            if other not in compose["services"]:
                faults.append(f"{name} waits for {other}, which is not there")
            elif (
                terms["condition"] == "service_completed_successfully" and compose["services"][other]["restart"] != "no"
            ):
                faults.append(f"{other} never ends")
        for kind in ("networks", "secrets"):
            faults += [f"{name}: no {kind} {one}" for one in service.get(kind, []) if one not in compose[kind]]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if not (ROOT / source).exists() if source.startswith(".") else source not in compose["volumes"]:
                faults.append(f"{name}: no volume {source}")
    return faults


def images_are_pinned(compose):
    return [name for name, service in compose["services"].items() if not PINNED.fullmatch(service["image"])]


def commands_exist(compose):
    """What our own image runs: a script of ours, a command of manage.py, or a program of a pinned library."""
    faults = []
    for name, service in compose["services"].items():
        if "build" not in service:
            continue
        started = [*service.get("entrypoint", []), *service["command"]]
        for command in (started, service["healthcheck"].get("test", ["CMD"])[1:]):
            faults += [f"{name}: {word} does not exist" for word in _missing(command)]
    return faults


def _missing(words):
    missing = [word for word in words if word.startswith("docker/") and not (ROOT / word).is_file()]
    if words and "/" not in words[0] and not (BIN / words[0]).exists():
        missing.append(words[0])
    if "manage.py" in words:
        command = words[words.index("manage.py") + 1]
        missing += [] if list(ROOT.glob(f"portal/*/management/commands/{command}.py")) else [command]
    missing += [word for word in words if word == "portal.wsgi" and not (ROOT / "portal/wsgi.py").exists()]
    return missing


def only_the_door_is_published(compose):
    """One port for everybody; any other for the machine itself only, and never the rows' or the hints'."""
    faults = []
    for name, service in compose["services"].items():
        for port in service.get("ports", []):
            if name != "proxy" and not (name == "mail" and port.startswith("127.0.0.1:")):
                faults.append(f"{name} publishes {port}")
        if name in ("database", "broker") and service["networks"] != ["inside"]:
            faults.append(f"{name} is on a network that leads outside")
    return faults


def nobody_is_root(compose):
    """The database's image starts as root and changes to its own user by itself."""
    faults = []
    for name, service in compose["services"].items():
        if "build" in service and re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)[-1:] != ["portal"]:
            faults.append(f"{name} runs as root")
        if "build" not in service and name != "database" and service.get("user", "0").startswith(("0", "root")):
            faults.append(f"{name} runs as root")
    return faults


def health_is_checked(compose):
    """What ends by itself needs none: the others wait for its end."""
    return [
        name
        for name, service in compose["services"].items()
        if not service.get("healthcheck", {}).get("test") and service.get("restart") != "no"
    ]


def variables_are_known(compose):
    """A name that nothing reads would stop the process, or silently do nothing."""
    faults = []
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            known = variable in KNOWN if variable.startswith("PORTAL_") else variable in DOCUMENTED | OF_THE_IMAGES
            if not known:
                faults.append(f"{name}: {variable}")
    return faults


def secrets_stay_outside(compose):
    """Every key and password comes from the environment."""
    faults = []
    for name, service in compose["services"].items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD", variable) and not str(value).startswith("${"):
                faults.append(f"{name}: {variable}")
    return faults


CHECKS = [
    names_exist,
    images_are_pinned,
    commands_exist,
    only_the_door_is_published,
    nobody_is_root,
    health_is_checked,
    variables_are_known,
    secrets_stay_outside,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_compose_file_keeps_it(check):
    assert check(COMPOSE) == []


BREACHES = [
    (names_exist, "web", {"depends_on": {"nothing": {"condition": "service_healthy"}}}),
    (names_exist, "web", {"depends_on": {"worker": {"condition": "service_completed_successfully"}}}),
    (names_exist, "web", {"volumes": ["nowhere:/app/var/files"]}),
    (images_are_pinned, "broker", {"image": "redis:latest"}),
    (images_are_pinned, "broker", {"image": "redis:7"}),
    (commands_exist, "web", {"command": ["unicorn", "portal.wsgi"]}),
    (commands_exist, "backup", {"command": ["back_upp", "/backups"]}),
    (only_the_door_is_published, "database", {"ports": ["5432:5432"]}),
    (only_the_door_is_published, "mail", {"ports": ["8025:8025"]}),
    (only_the_door_is_published, "database", {"networks": ["inside", "door"]}),
    (nobody_is_root, "proxy", {"user": "0:0"}),
    (health_is_checked, "worker", {"healthcheck": {"disable": True}}),
    (variables_are_known, "web", {"environment": {"PORTAL_SECRETKEY": "${X}"}}),
    (secrets_stay_outside, "database", {"environment": {"POSTGRES_PASSWORD": "portal"}}),
]


@pytest.mark.parametrize(("check", "service", "change"), BREACHES)
def test_a_breach_is_caught(check, service, change):
    changed = copy.deepcopy(COMPOSE)
    changed["services"][service] |= change
    assert len(check(changed)) == 1


def test_web_and_worker_wait_for_the_migrations_and_are_two():
    for name in ("web", "worker", "scheduler"):
        assert COMPOSE["services"][name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert [COMPOSE["services"][name]["deploy"]["replicas"] for name in ("web", "worker")] == [2, 2]
    assert "deploy" not in COMPOSE["services"]["scheduler"], "two schedulers would send every hint twice"


def test_the_broker_writes_what_it_holds_to_the_disk():
    words = COMPOSE["services"]["broker"]["command"]
    assert words[words.index("--appendonly") + 1] == "yes"


def test_the_image_is_built_from_pinned_parts_and_copies_only_what_stands():
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert [base for base in bases if not PINNED.fullmatch(base)] == []
    assert "--require-hashes --only-binary :all:" in DOCKERFILE
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert [name for name in allowed if not (ROOT / name).exists()] == []
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert [name for line in copied for name in line.split() if name != "." and not (ROOT / name).exists()] == []


def test_no_secret_is_baked_into_the_image():
    """The one step that needs settings gets the demo's, for itself alone."""
    variables = set(re.findall(r"^(?:ENV|ARG) (\w+)=|^    (\w+)=", DOCKERFILE, re.MULTILINE))
    assert {name for pair in variables for name in pair if name} == STANDARD
    assert re.findall(r"PORTAL_\w+", DOCKERFILE) == ["PORTAL_DEMO"]


def test_migrations_run_commands_that_exist():
    steps = re.findall(r"^python manage\.py (\w+)", (ROOT / "docker/migrate.sh").read_text(), re.MULTILINE)
    ours = {path.stem for path in ROOT.glob("*/**/management/commands/*.py")}
    assert [step for step in steps if step not in ours | {"migrate", "createcachetable"}] == []


def test_the_proxy_writes_over_what_a_caller_claims():
    conf = (ROOT / "docker/nginx.conf").read_text()
    told = dict(re.findall(r"proxy_set_header (\S+) (\S+);", conf))
    assert told == {
        "Host": "$http_host",
        "Connection": '""',
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Host": '""',
        "X-Request-ID": "$request_id",
    }
    logged = re.search(r"log_format plain.*?;\n", conf, re.DOTALL)[0]
    assert re.findall(r"\$(?:request_uri|request|uri|args|http_referer|remote_user)\b", logged) == []


def test_the_shell_script_is_one():
    script = ROOT / "docker/migrate.sh"
    assert script.stat().st_mode & 0o111
    assert shlex.split(script.read_text().splitlines()[0][2:]) == [shutil.which("sh") and "/bin/sh"]
