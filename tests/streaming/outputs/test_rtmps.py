"""RTMP over TLS: nginx-rtmp behind stunnel, with certificates good and bad."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fakes.ingest import wait_until
from tests.fakes.tls import Authority, TlsIngest
from tests.streaming.outputs.conftest import ProgramProcess, StartOutput
from tests.streaming.outputs.house import House, keeper_of, output_state, supervising, until
from tests.streaming.outputs.measure import probed

pytestmark = pytest.mark.media


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def target(authority: Authority, tmp_path: Path) -> Iterator[TlsIngest]:
    running = TlsIngest(tmp_path / "target", authority.signed("good"))
    running.start()
    yield running
    running.kill()


def test_a_target_whose_authority_is_configured_gets_the_program(
    program: ProgramProcess, start_output: StartOutput, target: TlsIngest, authority: Authority
) -> None:
    output = start_output("rtmp", url=target.url("k"), lang="en", authorities=str(authority.path))
    output.until("running")
    wait_until(lambda: target.ingest.received_bytes("k") > 450_000, 30, "450 kB")
    assert output.finish() is None
    # A stream that was ended, not cut off: nginx closes the file by itself.
    target.kill()
    (recording,) = target.ingest.recordings("k")
    found = probed(recording)
    assert found.codecs == {"h264", "aac"}
    steps = {round(later - earlier, 3) for earlier, later in pairwise(found.key_times_s)}
    assert steps == {2.0}


@pytest.mark.parametrize(
    ("certificate", "host", "trusted", "code"),
    [
        ("good", "localhost", False, "output.tls_untrusted"),
        ("good", "127.0.0.1", True, "output.tls_wrong_host"),
        ("elsewhere", "localhost", True, "output.tls_wrong_host"),
        ("expired", "localhost", True, "output.tls_expired"),
        ("own", "localhost", True, "output.tls_untrusted"),
    ],
    ids=["unknown authority", "address", "other name", "expired", "self-signed"],
)
def test_a_certificate_that_proves_nothing_is_refused_with_its_reason(
    program: ProgramProcess,
    start_output: StartOutput,
    authority: Authority,
    tmp_path: Path,
    certificate: str,
    host: str,
    trusted: bool,
    code: str,
) -> None:
    made = {
        "good": lambda: authority.signed("fine"),
        "elsewhere": lambda: authority.signed("elsewhere", host="live.example"),
        "expired": lambda: authority.signed("expired", until="20200101000000Z"),
        "own": lambda: authority.self_signed("own"),
    }[certificate]()
    target = TlsIngest(tmp_path / "target", made)
    target.start()
    try:
        authorities = str(authority.path) if trusted else ""
        url = target.url("k", host)
        output = start_output("rtmp", url=url, lang="en", authorities=authorities)
        assert output.ended() == code
        assert target.ingest.recordings("k") == []
    finally:
        target.kill()


def test_a_self_signed_target_can_be_trusted_by_its_own_certificate(
    program: ProgramProcess, start_output: StartOutput, authority: Authority, tmp_path: Path
) -> None:
    certificate = authority.self_signed("pinned")
    target = TlsIngest(tmp_path / "target", certificate)
    target.start()
    try:
        output = start_output("rtmp", url=target.url("k"), lang="en", authorities=str(certificate))
        output.until("running")
        assert output.finish() is None
    finally:
        target.kill()


def test_a_file_of_authorities_that_is_none_is_our_own_fault(
    program: ProgramProcess, start_output: StartOutput, target: TlsIngest, tmp_path: Path
) -> None:
    for content in (None, b"nonsense"):
        path = tmp_path / "authorities.pem"
        if content is not None:
            path.write_bytes(content)
        output = start_output("rtmp", url=target.url("k"), lang="en", authorities=str(path))
        assert output.ended() == "output.tls_settings"


async def test_a_tls_target_that_died_gets_the_program_again(
    house: House, target: TlsIngest, authority: Authority
) -> None:
    house.authorities = str(authority.path)
    await house.add_output("english", target.url("k"), "en")
    await house.do("onair.start")
    async with supervising(house) as supervisor:
        await until(lambda: output_state(supervisor, "english") == "running")
        keeper = keeper_of(supervisor, "english")
        assert keeper is not None
        await until(lambda: keeper.retry.progressed)
        target.kill()
        await until(lambda: keeper.state == "retrying")
        before = target.ingest.recordings("k")
        target.start()
        await until(lambda: keeper.state == "running")
        await until(lambda: target.ingest.received_bytes("k") > sum_of(before) + 300_000)
        (again,) = set(target.ingest.recordings("k")) - set(before)
        assert probed(again).key_times_s[0] < 0.1


def sum_of(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)
