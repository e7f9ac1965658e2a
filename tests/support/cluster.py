"""A whole installation for tests: the processes of `make run-cluster`, and a visitor who comes through its proxy."""

import csv
import re
import ssl
from collections.abc import Iterator
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import pytest

import cluster as clusters
from tests.support.requirements import report_absent


@pytest.fixture(scope="session")
def nginx() -> str:
    """The proxy's programme."""
    return clusters.nginx() or report_absent("nginx", "no nginx was found (Debian: nginx-light)")


@pytest.fixture(scope="module")
def cluster(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[clusters.Cluster]:
    """Two web processes, two for sockets, a worker, PostgreSQL, Redis and nginx, on the demo village."""
    with clusters.running(tmp_path_factory.mktemp("cluster") / "city") as running:
        yield running


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class Visitor:
    """A browser without a window, signed in through the proxy."""

    def __init__(self, cluster: clusters.Cluster, role: str, number: int = 0) -> None:
        self.url = cluster.url
        self.jar = CookieJar()
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        self._opener = build_opener(
            HTTPSHandler(context=trusting), HTTPCookieProcessor(self.jar), _NoRedirect
        )
        account = accounts(cluster, role)[number]
        self.post("/login", {"username": account["login"], "password": account["password"]})

    def get(self, path: str) -> tuple[int, str]:
        """Status and text; 0 if nobody answers."""
        return self._ask(Request(self.url + path))

    def post(self, path: str, fields: dict[str, str], token: str = "") -> tuple[int, str]:
        """The same for a form."""
        found = token or self.token("/login" if path == "/login" else "/profile/")
        data = urlencode(fields | {"csrf_token": found}).encode()
        return self._ask(Request(self.url + path, data, headers={"Referer": self.url + path}))

    def token(self, path: str) -> str:
        """The token that forms of a page carry."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path)[1])
        assert found is not None, path
        return found[1]

    def cookies(self) -> str:
        """The header that a browser would send."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def _ask(self, request: Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""


def accounts(cluster: clusters.Cluster, role: str) -> list[dict[str, str]]:
    """Sample people of a role."""
    with (cluster.instance / "demo-accounts.csv").open(encoding="utf-8-sig", newline="") as file:
        return [account for account in csv.DictReader(file) if account["role"] == role]
