"""Which modules are named in a page's head."""

import json
import re
from pathlib import Path

import pytest

from signaling.doors.modules import Graph, with_preloads

pytestmark = pytest.mark.unit

PAGE = """<head>
    <script type="importmap">{"imports": {"bare": "/static/-/vendor/bare.mjs"}}</script>
    <script type="module" src="/static/-/src/main.js"></script>
</head>
"""
NAMED = re.compile(r'<link rel="modulepreload" href="/static/-/([^"]+)">')


@pytest.fixture
def root(tmp_path: Path) -> Path:
    def write(path: str, text: str) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    write("src/main.js", 'import { a } from "./a.js";\nimport "bare";\n')
    write("src/a.js", 'import {\n  b,\n  c,\n} from "./views/b.js";\nexport * from "./c.js";\n')
    write("src/views/b.js", 'import "../a.js";\nexport const b = "import";\n')
    write("src/c.js", '/**\n * import x from "./not.js";\n */\nexport const c = 1;\n')
    write("vendor/bare.mjs", 'import{x as y}from"./deep.mjs";import*as z from"./z.mjs";y(z)')
    write("vendor/deep.mjs", "export const x = 1;")
    return tmp_path


def test_imports_are_followed_to_their_ends_the_nearest_first(root: Path) -> None:
    needed = Graph(root, {"bare": "vendor/bare.mjs"}).needed("src/main.js")
    assert list(needed) == [
        "src/main.js", "src/a.js", "vendor/bare.mjs", "src/views/b.js", "src/c.js",
        "vendor/deep.mjs", "vendor/z.mjs",
    ]  # fmt: skip


def test_a_page_names_its_modules_before_its_entry(root: Path) -> None:
    page = with_preloads(PAGE, root)
    assert len(NAMED.findall(page)) == 7
    assert page.rindex("modulepreload") < page.index('src="/static/-/src/main.js"')
    assert 'id="later"' not in page


def test_what_all_later_modules_need_is_named_at_once_and_the_rest_with_each(root: Path) -> None:
    (root / "src" / "main.js").write_text(
        'const pages = [() => import("./one.js"), () => import("./two.js")];\n'
        '/** @type {() => import("./wire.d.ts").View} */\n',
        "utf-8",
    )
    (root / "src" / "one.js").write_text('import "./c.js";\nimport "bare";\n', "utf-8")
    (root / "src" / "two.js").write_text('import "./c.js";\n', "utf-8")
    page = with_preloads(PAGE, root)
    assert NAMED.findall(page) == ["src/main.js", "src/c.js"]
    block = re.search(r'<script type="application/json" id="later">(.*?)</script>', page)
    assert block is not None
    at = "/static/-/"
    assert json.loads(block[1]) == {
        f"{at}src/one.js": [
            f"{at}src/one.js", f"{at}vendor/bare.mjs", f"{at}vendor/deep.mjs",
            f"{at}vendor/z.mjs",
        ],
        f"{at}src/two.js": [f"{at}src/two.js"],
    }  # fmt: skip


def test_a_page_without_modules_stays_as_it_is(root: Path) -> None:
    assert with_preloads("<p>Lost</p>", root) == "<p>Lost</p>"
