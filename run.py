"""Set up and run Turnout with nothing but Python: ``python run.py demo | test | check | bench | <turnout command>``.

Standard library only, the same words on Linux, macOS and Windows. A folder ``wheels/`` beside this file makes
every command work without a network.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
EXTRAS = {"test": "[cluster]"}
"""Extras of the product that go with a group: its tests start a cluster of their own."""

USAGE = """\
python run.py demo            set up, run the main job on the reference city, write the report
                              安装环境，在参考城市上运行主任务并生成报告
python run.py test [...]      set up with the test tools, run the tests (extra words go to pytest)
                              安装测试工具并运行全部测试
python run.py check           ruff and mypy / 代码检查
python run.py bench           the speed figures, as ratios / 性能基准
python run.py COMMAND [...]   any turnout command, e.g. compare experiments/earthquake-m65.yaml
                              任意 turnout 命令
"""


def fail(zh: str, en: str) -> None:
    """Say what is wrong in both languages and stop."""
    print(f"{zh}\n{en}", file=sys.stderr)
    raise SystemExit(2)


def groups(*names: str) -> list[str]:
    """Return the requirements of the named dependency groups (old pip knows no groups)."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    return [requirement for name in names for requirement in table[name]]


def stamp(names: tuple[str, ...]) -> str:
    """Return what an installation depends on, as a hash."""
    digest = hashlib.sha256(f"{sys.version}{names}{ROOT}".encode())
    for file in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / file).read_bytes())
    return digest.hexdigest()


def set_up(*names: str) -> None:
    """Make the virtual environment and install the product with the groups *names*, unless that is done."""
    mark = VENV / f"installed-{'-'.join(('core', *names))}"
    if mark.exists() and mark.read_text() == stamp(names):
        return
    if not PYTHON.exists():
        print("Making the environment .venv ... / 正在创建环境 .venv ...", flush=True)
        try:
            venv.EnvBuilder(with_pip=True).create(VENV)
        except (subprocess.CalledProcessError, OSError) as problem:
            fail(
                f"无法创建虚拟环境（{problem}）。Debian/Ubuntu 请先执行：sudo apt install python3-venv",
                f"Cannot make the virtual environment ({problem}). On Debian/Ubuntu: sudo apt install python3-venv",
            )
    print("Installing ... / 正在安装依赖 ...", flush=True)
    command = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    command += ["-c", str(ROOT / "constraints.txt")]
    if (ROOT / "wheels").is_dir():
        command += ["--no-index", "--find-links", str(ROOT / "wheels")]
    extras = "".join(EXTRAS.get(name, "") for name in names)
    done = subprocess.run([*command, "-e", f"{ROOT}{extras}", *groups(*names)], check=False)
    if done.returncode:
        fail(
            "安装失败：请检查网络，或把离线安装包放入 wheels/ 文件夹后重试。",
            "Installation failed: check the network, or put the packages into a folder wheels/ and try again.",
        )
    mark.write_text(stamp(names))


def call(*words: str) -> int:
    """Run a module of the environment with UTF-8 everywhere and return its exit status."""
    try:
        return subprocess.run([str(PYTHON), "-m", *words], env=os.environ | {"PYTHONUTF8": "1"}, check=False).returncode
    except KeyboardInterrupt:
        return 130


def main(words: list[str]) -> int:
    """Carry out the words of the command line."""
    if sys.version_info < OLDEST:
        fail("需要 Python 3.11 或更新版本。", "Python 3.11 or newer is needed.")
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    job, *rest = words
    if job == "test":
        set_up("test")
        return call("pytest", *rest)
    if job == "check":
        set_up("check")
        return call("ruff", "check", ".") or call("mypy")
    if job == "bench":
        set_up("test")
        return call("tests.benchmarks", *rest)
    set_up()
    if job == "demo":
        return call("sim", "compare", str(ROOT / "experiments" / "demo.yaml"), *rest)
    return call("sim", *words)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
