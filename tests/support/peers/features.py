"""caldav-server-tester with every feature in its report: by itself it leaves out those whose parent says the same.

Arguments are its own.
"""

import json
import sys
from typing import Any

from caldav_server_tester.caldav_server_tester import (  # type: ignore[import-not-found]  # in the environment of the peers
    check_server_compatibility,
)
from caldav_server_tester.checker import ServerQuirkChecker  # type: ignore[import-not-found]


def _every_feature(self: Any, **_: object) -> str:
    return json.dumps(self.features_checked.dotted_feature_set_list(compact=False))


ServerQuirkChecker.report = _every_feature

if __name__ == "__main__":
    check_server_compatibility(sys.argv[1:])
