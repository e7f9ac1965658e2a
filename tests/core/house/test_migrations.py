"""Writing the next migration of a history."""

from types import SimpleNamespace

from groupware.migrations import runner


def test_next_migration_counts_on(tmp_path, monkeypatch):
    asked = []
    history = runner.History("core", tmp_path, "core_")
    for number in (1, 2):
        (tmp_path / f"core_{number:04d}.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(runner, "histories", lambda _registry: iter([history]))
    monkeypatch.setattr(runner, "_config", lambda *_: None)
    monkeypatch.setattr(runner.command, "revision", lambda _config, **given: asked.append(given))

    class Engine:
        def connect(self):
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    runner.write_revision(Engine(), SimpleNamespace(), "core", "Something new.")
    assert [(one["rev_id"], one["message"]) for one in asked] == [("core_0003", "Something new")]
