"""``rotunda serve``: every process of one machine, from nothing."""

import asyncio
import json
import logging
import os
import shutil
import signal
import socket
import tempfile
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path

import aiohttp
import msgspec

import web
from rotunda import embedded
from rotunda.config import Config, ConfigurationError, prepare_data_dir
from rotunda.demo.standin import StandIn
from rotunda.demo.standin import start as start_standin
from rotunda.processes import Child, python
from rotunda.youtube import settings_of
from streaming.youtube.settings import YouTubeSettings

log = logging.getLogger(__name__)

READY_DEADLINE_S = 60.0


class Deployment:
    """The processes of one ``rotunda serve`` and what they need to know."""

    standin: StandIn | None = None
    """Of YouTube, with the demo that asks for one."""

    def __init__(self, config: Config, secret: str, run_dir: Path, demo: bool) -> None:
        self.config = config
        self.secret = secret
        self.run_dir = run_dir
        self.demo = demo
        self.socket = run_dir / "valkey.sock"
        self.redis_url = config.redis_url or embedded.url(self.socket)

    def server(self) -> Child | None:
        """The embedded server, unless there is one of the operator's."""
        if self.config.redis_url is not None:
            return None
        data = self.config.data_dir / "valkey"
        data.mkdir(exist_ok=True, mode=0o700)
        return Child("valkey", embedded.arguments(self.socket, data))

    def signaling(self) -> Child:
        """People's doors."""
        config = self.config
        turn = {"urls": config.turn_urls, "secret": config.turn_secret}
        return Child(
            "signaling",
            python("signaling"),
            {
                "redis_url": self.redis_url,
                "data_dir": str(config.data_dir),
                "run_dir": str(self.run_dir),
                "host": config.host,
                "port": config.port,
                "public_url": config.base_url,
                "secret": self.secret,
                "demo": {} if self.demo else None,
                "turn": turn if config.turn_urls else None,
                "process_id": f"signaling-{os.getpid()}",
                "web_dir": str(Path(web.__file__).parent),
                "proxies": config.proxies,
                "listeners_max": config.receivers,
                "receivers_at_once": config.receivers_at_once,
                "youtube_sign_in": self.youtube().web_client is not None,
            },
        )

    def streaming(self) -> Child:
        """The supervisor of engines and outputs."""
        config = self.config
        program = asdict(config.program) | {"bitrate_kbps": config.program.bitrate_kbps}
        return Child(
            "streaming",
            python("streaming"),
            {
                "redis_url": self.redis_url,
                "run_dir": str(self.run_dir),
                "data_dir": str(config.data_dir),
                "program": program,
                "udp_ports": config.udp_ports,
                "public_ip": config.public_ip,
                "listeners_max": config.receivers,
                "bind_host": config.host,
                "process_id": f"streaming-{os.getpid()}",
                "authorities": self.authorities(),
                "secret": self.secret,
                "youtube": msgspec.to_builtins(self.youtube()),
            },
        )

    def youtube(self) -> YouTubeSettings:
        """YouTube, or the stand-in with tokens of its own."""
        if self.standin is not None:
            settings = self.standin.settings
            return msgspec.structs.replace(
                settings,
                preflight_s=self.config.preflight_s,
                quota=self.config.youtube_quota,
                reserve=self.config.youtube_reserve,
            )
        return settings_of(self.config, self.secret)

    def authorities(self) -> str:
        """PEM file of whom outputs trust besides the system's own; empty: nobody."""
        return self.standin.authority if self.standin else str(self.config.ca_file or "")


async def serve(config: Config, *, demo: bool, youtube_standin: bool = False) -> int:
    """Run until a signal; returns the exit code.

    Raises:
        ConfigurationError: It cannot start; says why.
    """
    secret = prepare_data_dir(config)
    refuse_taken_port(config)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # Unix socket paths are short by law: never below a data directory of any depth.
    run_dir = Path(tempfile.mkdtemp(prefix="rotunda-"))
    deployment = Deployment(config, secret, run_dir, demo)
    failure: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group, AsyncExitStack() as stack:
            if youtube_standin:
                deployment.standin = await start_standin(run_dir, secret)
                stack.push_async_callback(deployment.standin.stop)
            await _start(deployment, group, stack, stop)
            await stop.wait()
            log.info("Stopping")
    except* ConfigurationError as errors:
        failure = errors.exceptions[0]
    finally:
        _forget_run(config)
        shutil.rmtree(run_dir, ignore_errors=True)
    # Raised out here: what an ``except*`` raises comes out as a group.
    if failure is not None:
        raise failure
    return 0


def refuse_taken_port(config: Config) -> None:
    """See that nobody else listens where we want to.

    Raises:
        ConfigurationError: Somebody does, or the address is not ours.
    """
    try:
        with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((config.host, config.port))
    except OSError as error:
        where = f"{config.host}:{config.port}"
        raise ConfigurationError(f"Cannot listen on {where}: {error.strerror}") from None


async def _start(
    deployment: Deployment, group: asyncio.TaskGroup, stack: AsyncExitStack, stop: asyncio.Event
) -> None:
    def launch(child: Child) -> None:
        group.create_task(child.run(), name=child.name)
        stack.push_async_callback(child.stop)

    config = deployment.config
    server = deployment.server()
    if server is not None:
        launch(server)
        await embedded.wait_until_ready(deployment.socket)
    _remember_run(deployment)
    if deployment.demo:
        from rotunda.demo.launch import import_demo

        standin = deployment.standin
        youtube = None if standin is None else standin.definition()
        await import_demo(deployment.redis_url, youtube)
    launch(deployment.signaling())
    launch(deployment.streaming())
    ready = await _wait_until_ready(config, stop)
    if not ready or stop.is_set():
        return
    if deployment.demo:
        from rotunda.demo.launch import demo_children, demo_links

        document = demo_links(config, deployment.secret)
        if deployment.standin is not None:
            document["links"]["youtube"] = deployment.standin.page
            ticket = document["tickets"]["organizer"]
            page = f"{config.base_url}/s/{document['session']}/channels"
            document["links"]["channels"] = f"{page}#{ticket}"
        path = deployment.run_dir / "demo.json"
        path.write_text(json.dumps(document))
        path.chmod(0o600)
        for child in demo_children(config, deployment.secret, document):
            launch(child)
        _print_links(document)
    else:
        print(f"Rotunda is ready at {config.base_url}/", flush=True)


async def _wait_until_ready(config: Config, stop: asyncio.Event) -> bool:
    """Ask our own readiness door until it says yes.

    Raises:
        ConfigurationError: It never did, with its last reason.
    """
    address = f"http://{'127.0.0.1' if config.host == '0.0.0.0' else config.host}:{config.port}"
    reason = "no answer"
    try:
        async with asyncio.timeout(READY_DEADLINE_S), aiohttp.ClientSession() as session:
            while not stop.is_set():
                try:
                    async with session.get(f"{address}/readyz") as answer:
                        if answer.status == 200:
                            return True
                        reason = (await answer.text())[:300]
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise ConfigurationError(f"Not ready after {READY_DEADLINE_S:.0f} s: {reason}") from None
    return False


def _print_links(document: dict[str, object]) -> None:
    links = document["links"]
    assert isinstance(links, dict)
    print("\nRotunda is ready. Open:\n")
    for role, link in links.items():
        rows = link.items() if isinstance(link, dict) else [("", link)]
        if isinstance(link, list):
            rows = [(str(number), each) for number, each in enumerate(link, start=1)]
        for suffix, address in rows:
            print(f"  {f'{role} {suffix}'.strip():<16} {address}")
    print("\nCtrl-C ends everything.\n", flush=True)


def _run_file(config: Config) -> Path:
    return config.data_dir / "run.json"


def _remember_run(deployment: Deployment) -> None:
    """Leave a note for the other commands: where the running server is."""
    path = _run_file(deployment.config)
    note = {
        "pid": os.getpid(),
        "redis_url": deployment.redis_url,
        "base_url": deployment.config.base_url,
    }
    path.write_text(json.dumps(note))
    path.chmod(0o600)


def _forget_run(config: Config) -> None:
    _run_file(config).unlink(missing_ok=True)


def running(config: Config) -> dict[str, str] | None:
    """The note of a server that is running on this data directory, if one is."""
    try:
        note = json.loads(_run_file(config).read_text())
        os.kill(int(note["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return {"redis_url": note["redis_url"], "base_url": note["base_url"]}
