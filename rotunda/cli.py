"""The command line: the composition root."""

import argparse
import asyncio
import logging
import os
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from rotunda.config import Config, ConfigurationError, load, prepare_data_dir
from venue.errors import CommandRejected
from venue.roles import Role


def main() -> int:
    """Run one command; returns the exit code."""
    arguments = _parser().parse_args()
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        config = load(
            os.environ,
            host=getattr(arguments, "host", None),
            port=getattr(arguments, "port", None),
            data=arguments.data,
        )
        return int(arguments.run(config, arguments))
    except ConfigurationError as error:
        print(f"rotunda: {error}", file=sys.stderr)
        return 2
    except CommandRejected as error:
        details = ", ".join(f"{key}: {value}" for key, value in error.params.items())
        print(f"rotunda: {error.code} ({details})", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rotunda", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", help="directory of state, recordings and the secret")

    serve = commands.add_parser("serve", parents=[common], help="run everything on this machine")
    serve.add_argument("--demo", action="store_true", help="with a live session that runs itself")
    serve.add_argument(
        "--youtube-standin",
        action="store_true",
        help="with --demo: a stand-in for YouTube on this machine to go live on",
    )
    serve.add_argument("--host", help="address to listen on (127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (8080)")
    serve.set_defaults(run=_serve)

    ticket = commands.add_parser("ticket", parents=[common], help="print a join link")
    ticket.add_argument("session")
    ticket.add_argument(
        "--role", required=True, choices=[role for role in Role if role is not Role.SYSTEM]
    )
    ticket.add_argument("--name", default="")
    ticket.add_argument("--title", default="")
    ticket.add_argument("--city", default="")
    ticket.add_argument("--country", default="")
    ticket.add_argument(
        "--lang", default="en", help="language (en); of an interpreter without --seat: the booth"
    )
    ticket.add_argument("--seat", help="a seat of the session; absent: a new one")
    ticket.add_argument("--hours", type=float, default=72.0, help="how long it is good (72)")
    ticket.set_defaults(run=_ticket)

    session = commands.add_parser("session", help="sessions of the programme")
    actions = session.add_subparsers(required=True, metavar="ACTION")
    imported = actions.add_parser("import", parents=[common], help="read a TOML file")
    imported.add_argument("file", type=Path)
    imported.set_defaults(run=_import)

    _youtube_parser(commands, common)
    check = commands.add_parser("check", parents=[common], help="a verdict on everything needed")
    check.add_argument("--host")
    check.add_argument("--port", type=int)
    check.set_defaults(run=_check)
    return parser


def _youtube_parser(commands: Any, common: argparse.ArgumentParser) -> None:
    youtube = commands.add_parser("youtube", help="channels to stream to")
    actions = youtube.add_subparsers(required=True, metavar="ACTION")
    login = actions.add_parser("login", parents=[common], help="sign in for a channel")
    login.add_argument("--client", type=Path, required=True, help="JSON of a Desktop OAuth client")
    login.add_argument("--alias", default="", help="a name for it in session files")
    login.add_argument("--channel", default="", help="refuse any other channel than this id")
    login.add_argument("--port", type=int, default=0, help="where the browser comes back to")
    login.add_argument("--no-browser", action="store_true", help="only print the address")
    login.set_defaults(run=_youtube_login)
    listed = actions.add_parser("channels", parents=[common], help="list and check them")
    listed.set_defaults(run=_youtube_channels)
    forget = actions.add_parser("forget", parents=[common], help="take a channel out")
    forget.add_argument("name", help="alias or id")
    forget.set_defaults(run=_youtube_forget)


def _youtube_login(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.youtube import login, settings_of

    stored = login(
        settings_of(config, prepare_data_dir(config)),
        arguments.client,
        alias=arguments.alias,
        channel=arguments.channel,
        port=arguments.port,
        browser=None if arguments.no_browser else "",
    )
    print(f"{stored.title} ({stored.id}) is ready")
    return 0


def _youtube_channels(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.youtube import settings_of, show

    return show(settings_of(config, prepare_data_dir(config)))


def _youtube_forget(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.youtube import forget, settings_of

    forget(settings_of(config, prepare_data_dir(config)), arguments.name)
    return 0


def _serve(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.serve import serve

    if arguments.youtube_standin and not arguments.demo:
        raise ConfigurationError("--youtube-standin is a part of the demo: add --demo")
    return asyncio.run(
        serve(config, demo=arguments.demo, youtube_standin=arguments.youtube_standin)
    )


def _ticket(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.people import join_link

    print(
        join_link(
            config,
            prepare_data_dir(config),
            session=arguments.session,
            role=Role(arguments.role),
            seat=arguments.seat,
            name=arguments.name,
            title=arguments.title,
            city=arguments.city,
            country=arguments.country,
            language=arguments.lang,
            expires_at_s=int(time.time() + arguments.hours * 3600),
        )
    )
    return 0


def _import(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.people import import_sessions

    try:
        document = tomllib.loads(arguments.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"Cannot read {arguments.file}: {error}") from None
    prepare_data_dir(config)
    for session in asyncio.run(import_sessions(config, document)):
        print(session)
    return 0


def _check(config: Config, arguments: argparse.Namespace) -> int:
    from rotunda.check import check

    return asyncio.run(check(config))


if __name__ == "__main__":
    sys.exit(main())
