"""Nothing of ours is reached through a webhook: each wall with a control that shows it is the wall that stops."""

import datetime
import socket
import ssl
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal.errors import Refused
from portal.hooks.actions import posting
from portal.hooks.actions.posting import Answer, Unsent, post, vetted
from portal.hooks.rules.addresses import Target, target_of
from tests.factories.hooks import receiving
from tests.jobs.processes import free_port

HOST = "mis.college.example"
PUBLIC = "93.184.215.14"
TARGET = target_of(f"https://{HOST}/in", demo=False)
INSIDE = "The host leads to an address that is not on the public internet."


class Names:
    """The name service: what a host answers, question after question; the last answer stays."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.real = socket.getaddrinfo

    def __call__(self, host, port, *arguments, **named):
        if host != HOST:
            return self.real(host, port, *arguments, **named)
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [row for address in answer for row in self.real(address, port, type=socket.SOCK_STREAM)]


@pytest.fixture
def names(monkeypatch):
    def set_to(*answers):
        service = Names(*answers)
        monkeypatch.setattr(socket, "getaddrinfo", service)
        return service

    return set_to


@pytest.fixture
def wires(monkeypatch):
    """Where connections go; those to the public address end at a port of this machine."""

    class Wires:
        def __init__(self):
            self.reached = []
            self.port = None
            self.real = socket.create_connection

        def __call__(self, address, timeout=None, **named):
            self.reached.append(address)
            assert ip_address(address[0])  # a name here would be looked up a second time
            return self.real(("127.0.0.1", self.port) if address[0] == PUBLIC else address, timeout, **named)

    wires = Wires()
    monkeypatch.setattr(socket, "create_connection", wires)
    return wires


def certificate(folder, host):
    """A certificate for a host that vouches for itself, and the file that says so."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    text = key.private_bytes(serialization.Encoding.PEM, *plain)
    file = folder / "certificate.pem"
    file.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def serving(tmp_path, monkeypatch):
    """A receiver over TLS whose certificate, for the given host, this machine trusts."""

    def serve(host):
        file = certificate(tmp_path, host)
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return receiving(lambda plain: context.wrap_socket(plain, server_side=True))

    return serve


def sent(target=TARGET):
    return post(target, body=b"{}", headers={"X-Test": "1"})


def test_a_message_goes_over_tls_to_the_address_that_was_looked_at(names, wires, serving):
    service = names([PUBLIC])
    with serving(HOST) as receiver:
        wires.port = receiver.port
        assert sent() == Answer(204, "No Content")
    assert (wires.reached, service.asked) == ([(PUBLIC, 443)], [HOST])
    (taken,) = receiver.taken
    assert (taken.path, taken.headers["Host"], taken.headers["X-Test"]) == ("/in", HOST, "1")


def test_a_certificate_for_another_name_is_refused_before_anything_is_said(names, wires, serving):
    names([PUBLIC])
    with serving("other.college.example") as receiver:
        wires.port = receiver.port
        with pytest.raises(Unsent, match="certificate is not valid"):
            sent()
    assert receiver.taken == []


def test_a_certificate_that_nobody_vouches_for_is_refused(names, wires, serving, monkeypatch):
    names([PUBLIC])
    with serving(HOST) as receiver:
        monkeypatch.delenv("SSL_CERT_FILE")
        wires.port = receiver.port
        with pytest.raises(Unsent, match="certificate is not valid"):
            sent()
    assert receiver.taken == []


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"], ["::1"], ["10.0.0.5"], ["192.168.0.1"], ["169.254.169.254"], ["224.0.0.1"], ["0.0.0.0"],
        ["::ffff:127.0.0.1"], ["fe80::1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC],
    ],
)  # fmt: skip
def test_a_host_that_leads_inside_is_never_connected_to(names, wires, answer):
    names(answer)
    with pytest.raises(Unsent) as fault:
        sent()
    assert (str(fault.value), wires.reached) == (INSIDE, [])


def test_control_without_the_look_the_message_would_have_arrived_inside(names, wires, serving, monkeypatch):
    names(["127.0.0.1"])
    monkeypatch.setattr(posting, "is_public", lambda address: True)
    with serving(HOST) as receiver:
        assert sent(Target(HOST, receiver.port, "/in", True, False)).status == 204
    assert (len(receiver.taken), wires.reached) == (1, [("127.0.0.1", receiver.port)])


def test_a_name_that_changes_its_mind_gains_nothing(names, wires, serving):
    service = names([PUBLIC], ["127.0.0.1"])
    with serving(HOST) as receiver:
        wires.port = receiver.port
        assert sent().status == 204
        assert (wires.reached, service.asked) == ([(PUBLIC, 443)], [HOST])
        with pytest.raises(Unsent, match="not on the public internet"):
            sent()
    assert len(receiver.taken) == 1


def test_control_a_sender_that_looks_twice_is_led_inside(names):
    """Looks, is satisfied, and lets the library look again: the second answer is what it connects to."""
    names([PUBLIC], ["127.0.0.1"])
    assert vetted(TARGET) == [PUBLIC]
    with socket.socket() as inside:
        inside.bind(("127.0.0.1", 0))
        inside.listen()
        with socket.create_connection((HOST, inside.getsockname()[1]), timeout=2) as led:
            assert led.getpeername()[0] == "127.0.0.1"


def test_the_second_address_of_a_host_is_tried(names, monkeypatch):
    reached = []

    def unreachable(address, timeout=None):
        reached.append(address[0])
        raise ConnectionRefusedError

    names([PUBLIC, "1.1.1.1", "1.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", unreachable)
    with pytest.raises(Unsent, match="refused the connection"):
        sent()
    assert reached == [PUBLIC, "1.1.1.1"]


def test_an_unknown_host_has_failed(names, monkeypatch):
    def unknown(*arguments, **named):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Unsent, match="name of the host is not known"):
        sent()


def test_the_demonstrations_own_machine_is_the_only_one_inside_that_it_reaches(names):
    local = target_of("http://localhost:8081/", demo=True)
    assert set(vetted(local)) <= {"127.0.0.1", "::1"}
    names(["127.0.0.1"])
    with pytest.raises(Unsent, match="not on the public internet"):
        vetted(TARGET)
    with pytest.raises(Refused):
        target_of("http://localhost:8081/", demo=False)


def test_a_receiver_that_never_finishes_the_handshake_is_cut_off(names, wires, monkeypatch):
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.3)
    names([PUBLIC])
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        wires.port = silent.getsockname()[1]
        with pytest.raises(Unsent):
            sent()


def test_a_proxy_of_the_machine_is_not_asked(names, wires, serving, monkeypatch):
    """Behind a proxy the address that was looked at would not be the one that is reached."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    names([PUBLIC])
    with serving(HOST) as receiver:
        wires.port = receiver.port
        assert sent().status == 204
