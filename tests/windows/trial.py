"""One Windows on which the packages in dist/windows are tested: the actions and checks of each step."""

from __future__ import annotations

import shutil
import subprocess
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from bindtool import __version__
from bindtool.core.profiles.profile import Profile, RequestSettings, Site
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.core.network.acceptor import PASSWORD, USER, Conduct
from tests.core.network.on_windows import KEY, VALUE, internet_settings
from tests.practice.client import announced
from tests.practice.faults import Slow
from tests.windows.company import Company, company
from tests.windows.wine import Windows, as_windows, until

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist" / "windows"
SETUP = DIST / f"bindtool-{__version__}-setup.exe"
MSI = DIST / f"bindtool-{__version__}.msi"
PORTABLE = DIST / f"bindtool-{__version__}-windows.zip"

AGAIN = ("msiexec", "/i", MSI, "/qn", "REINSTALL=ALL", "REINSTALLMODE=vamus")
"""Reinstalls; each build is a product of its own, so that an upgrade comes to the same."""

PROGRAM, COMMAND = "bindtool.exe", "bindtool-cli.exe"
PROFILE, COMPANY = "Line 2", "Company"
IDS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2003")

ANSWER_TIMEOUT = 120.0
"""Seconds: on a busy computer the start of a setup takes some of them."""

IN_USE, PER_MACHINE = 4, 6
"""Exit statuses of the setup (packaging/windows/bindtool.nsi)."""

LOGIN_WANTED = 2
"""Exit status of `bindtool bind`, and of `bindtool check`, if a proxy requires a log-in."""

NO_TOKEN = 3
"""Exit status of `bindtool token check`."""

UNINSTALL_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\bindtool"


@dataclass(frozen=True)
class Trial:
    """One Windows on which packages are tested, one step after another."""

    windows: Windows
    server: PracticeServer
    previous: Path
    pictures: Path
    work: Path
    opened: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def installed(self) -> Path:
        """The program's folder after the setup for one user."""
        return self.windows.local / "Programs" / "bindtool"

    def install_for_one_user(self) -> None:
        """Silent; with a log, a version, an entry in the start menu, and a working program."""
        log = self.work / "setup.log"
        assert self.windows.run(self.previous, "/S", f"/LOG={as_windows(log)}") == 0
        assert "installed" in log.read_text(encoding="utf-16")
        assert self.version() == "0.0.1"
        assert self.in_start_menu()
        self.is_well(self.installed)

    def fill_a_sheet(self) -> None:
        """A profile from IT, a token, three scans."""
        self.hand_out(PROFILE, self.server.site)
        stored = self.windows.run(
            self.installed / COMMAND, "token", "set", PROFILE, "--token-stdin", given=channel.TOKEN
        )
        assert stored == 0
        self.open(self.installed)
        self.scan(*IDS)
        self.windows.photograph(self.pictures / "windows-before.png")

    def upgrade_in_place(self) -> None:
        """It closes the window, replaces it, and the window comes back with the sheet and takes a scan."""
        self.scan("SPK26113F2004")
        before = self.windows.rows()
        leftover = self.installed / "_internal" / "of-an-earlier-version"
        leftover.touch()
        assert self.windows.run(SETUP, "/S") == 0
        assert self.version() == __version__
        assert not leftover.exists()
        assert self.opened[-1].wait(0) == 0
        self.is_listening()
        assert self.windows.rows() == before
        self.windows.photograph(self.pictures / "windows-after.png")
        self.scan("SPK26113F2005")
        self.is_well(self.installed)

    def upgrade_in_a_run(self) -> None:
        """It stops the run without asking; rows without an answer are unknown until the next run binds them."""
        self.send(Slow(ANSWER_TIMEOUT))
        assert self.windows.run(SETUP, "/S") == 0
        self.is_listening()
        assert {state for _, state in self.windows.rows()} == {"unknown"}
        self.windows.photograph(self.pictures / "windows-stopped.png")
        self.send(Slow(0))
        until(lambda: {state for _, state in self.windows.rows()} == {"bound"}, "the next run ends well")

    def upgrade_by_hand(self) -> None:
        """In English and Chinese, with pictures; with all defaults, by Return, bindtool is open in the end."""
        setup = self.show_setup("C.UTF-8", "windows-setup.png")
        setup.kill()
        until(lambda: not self.windows.windows(SETUP.name), "it is gone")
        setup = self.show_setup("zh_CN.UTF-8", "windows-setup.zh.png")
        before = self.windows.rows()

        def ended() -> bool:
            if self.windows.windows(SETUP.name):
                self.windows.keys(SETUP.name, "Return")
            return setup.poll() is not None

        until(ended, "the setup is done")
        assert setup.returncode == 0
        self.is_listening()
        assert self.windows.rows() == before
        assert self.windows.run(self.installed / PROGRAM, "--ask-to-close") == 0
        assert self.while_a_command_is_at_work(self.installed, SETUP, "/S") == IN_USE

    def show_setup(self, language: str, picture: str) -> subprocess.Popen[bytes]:
        """Start the setup as a person does."""
        setup = self.windows.start(SETUP, LC_ALL=language)
        until(lambda: self.windows.windows(SETUP.name), "the setup shows itself")
        self.windows.photograph(self.pictures / picture)
        return setup

    def uninstall(self) -> None:
        """It closes the window too. Program, entries and keys are gone; data and token are not."""
        self.open(self.installed)
        before = self.windows.rows()
        assert self.windows.run(self.installed / "uninstall.exe", "/S") == 0
        self.is_gone()
        assert self.windows.rows() == before
        assert self.token_check() == 0

    def uninstall_and_forget(self) -> None:
        """With the switch, the token is gone too; the sheet is not."""
        assert self.windows.run(SETUP, "/S") == 0
        before = self.windows.rows()
        assert self.windows.run(self.installed / "uninstall.exe", "/S", "/FORGET-TOKENS") == 0
        self.is_gone()
        assert self.windows.rows() == before
        assert self.token_check() == NO_TOKEN

    def bind_in_a_company(self) -> None:
        """The portable program, by an automatic script: refused, then accepted with a log-in, and with a ticket."""
        self.hand_out(COMPANY, Site.COZE_CN)
        with company("ntlm", self.work, self.server) as network:
            # Wine has no password of the signed-in user.
            assert self.bind_through(network, "N") == LOGIN_WANTED
            self.enter_login(network)
            assert self.bind_through(network, "M") == 0
        with company("negotiate", self.work, self.server) as network:
            assert self.bind_through(network, "T") == 0

    def be_refused_in_a_company(self) -> None:
        """A log-in refused by the proxy ends `check` with its exit status, and is never sent again."""
        with company("ntlm", self.work, self.server, Conduct.REFUSE) as network:
            self.enter_login(network)
            self.come_into(network)
            for _ in range(2):
                assert self.portable("check", "--profile", COMPANY, BINDTOOL_TOKEN=channel.TOKEN) == LOGIN_WANTED
            # The second time only the signed-in user is left, and Wine has no password to answer the challenge
            # with.
            assert network.heard == [["", "NTLM", "NTLM"], ["", "NTLM"]]

    def enter_login(self, network: Company) -> None:
        """Store the user and password for the proxy, as a person does."""
        assert self.portable("proxy", "set", network.proxy, "--user", USER, given=PASSWORD) == 0

    def come_into(self, network: Company) -> None:
        """Configure Windows for a network."""
        self.windows.trust(network.authority)
        self.windows.register(rf"HKCU\{KEY}", VALUE, internet_settings(script=network.script))

    def bind_through(self, network: Company, series: str) -> int:
        """Bind devices from within a network; all of them arrive if it succeeds, and none otherwise."""
        self.come_into(network)
        ids = [f"SPK26113{series}{number:05}" for number in range(1, 1001)]
        file = self.work / "devices.txt"
        file.write_text("\n".join(ids), encoding="utf-8")
        environ = {**network.environ, "BINDTOOL_TOKEN": channel.TOKEN}
        before = len(self.server.requests)
        status = self.portable("bind", file, "--profile", COMPANY, **environ)
        bound = [each for each in ids if each in self.server.bound]
        assert bound == ([] if status else ids)
        times = [request.at for request in self.server.requests[before:]]
        seconds = f", {times[-1] - times[0]:.1f} s from the first to the last" if times else ""
        print(f"    status {status}, {len(bound)} bound by {len(times)} requests{seconds}", flush=True)
        return status

    def install_per_machine(self) -> None:
        """The MSI: installed, working, reinstalled while open, detected by the setup, removed."""
        folder = self.windows.disk / "Program Files" / "bindtool"
        assert self.windows.run("msiexec", "/i", MSI, "/qn") == 0
        self.is_well(folder)
        assert self.while_a_command_is_at_work(folder, *AGAIN) != 0
        assert self.windows.run(SETUP, "/S") == PER_MACHINE
        assert not self.installed.exists()
        self.open(folder)
        assert self.windows.run(*AGAIN) == 0
        assert self.opened[-1].wait(0) == 0
        assert self.windows.run("msiexec", "/x", MSI, "/qn") == 0
        assert not folder.exists()
        assert not self.windows.registry(r"HKLM\Software\bindtool")

    def while_a_command_is_at_work(self, folder: Path, *installer: str | Path) -> int:
        """Run an installer during a run of the command line, which goes on; return the installer's exit status."""
        devices = self.work / "devices.txt"
        devices.write_text("\n".join(f"SPK{number:05}" for number in range(5000)), encoding="utf-8")
        practice = self.windows.local / "bindtool" / "practice"
        shutil.rmtree(practice, ignore_errors=True)
        command = self.windows.start(folder / COMMAND, "bind", devices, "--practice")
        until((practice / "bindtool.db").exists, "the command is at work")
        status = self.windows.run(*installer)
        assert command.poll() is None
        command.kill()
        command.wait()
        return status

    # repeated actions

    def hand_out(self, name: str, site: str) -> None:
        """Give the Windows a profile, as IT does."""
        profiles = self.windows.disk / "ProgramData" / "bindtool" / "profiles"
        profiles.mkdir(parents=True, exist_ok=True)
        profile = Profile(
            name=name,
            connector_id=channel.CONNECTOR_ID,
            site=site,
            user_id=channel.USER_ID,
            user_name="Developer A",
            pace=RequestSettings(rate=0, answer_timeout=ANSWER_TIMEOUT),
            proven=True,
        )
        (profiles / f"{name}.toml").write_text(to_toml(profile), encoding="utf-8")

    def portable(self, *arguments: str | Path, given: str = "", **environ: str) -> int:
        """Run the portable program, which needs no installation."""
        folder = self.work / PORTABLE.stem
        if not folder.exists():
            with zipfile.ZipFile(PORTABLE) as archive:
                archive.extractall(self.work)
        return self.windows.run(folder / COMMAND, *arguments, given=given, **environ)

    # checks

    def is_well(self, folder: Path) -> None:
        """Run the program's self-check, windowed and at the command line."""
        for program in (PROGRAM, COMMAND):
            report = self.work / "smoke.txt"
            status = self.windows.run(folder / program, "--smoke", "--report", report)
            assert status == 0, report.read_text(encoding="utf-8")
            report.unlink()

    def is_listening(self) -> None:
        """Wait for the window, and until it is ready for scans."""
        until(lambda: self.windows.windows(PROGRAM), "a window")
        until(self.windows.is_ready_to_scan, "it is ready to scan")

    def open(self, folder: Path) -> None:
        """Start the program, and wait for its window."""
        self.opened.append(self.windows.start(folder / PROGRAM))
        self.is_listening()
        until((self.windows.local / "bindtool" / "bindtool.db").exists, "a database")

    def scan(self, *texts: str) -> None:
        """Scan, and wait until it is saved."""
        expected = [*(row[0] for row in self.windows.rows()), *texts]
        self.windows.scan(PROGRAM, *texts)
        until(lambda: [row[0] for row in self.windows.rows()] == expected, f"rows on disk: {expected}")

    def send(self, fault: Slow) -> None:
        """Bind the rows, and return once the server, which answers with `fault`, has the request."""
        arrived = threading.Event()
        self.server.script(announced(fault, arrived))

        def is_sent() -> bool:
            self.windows.keys(PROGRAM, "ctrl+Return")
            return arrived.wait(2)

        until(is_sent, "a request is under way")

    def version(self) -> str:
        """Return the version in Windows' list of programs."""
        lines = (line.split() for line in self.windows.registry(UNINSTALL_KEY).splitlines())
        return next((words[-1] for words in lines if words[:1] == ["DisplayVersion"]), "")

    def in_start_menu(self) -> bool:
        """Return whether the start menu has the entry."""
        return any(self.windows.disk.glob("users/*/AppData/Roaming/Microsoft/Windows/Start Menu/**/bindtool.lnk"))

    def is_gone(self) -> None:
        """Wait until nothing of the program is left."""
        until(lambda: not self.installed.exists(), "the folder is gone")
        assert self.opened[-1].wait(0) == 0
        assert not self.in_start_menu()
        assert not self.windows.registry(UNINSTALL_KEY)
        assert not self.windows.registry(r"HKCU\Software\bindtool")

    def token_check(self) -> int:
        """Return the exit status of the portable program's `token check`."""
        return self.portable("token", "check", PROFILE)
