"""Icons as pages show them."""

from flask import render_template_string

IMPORT = '{% from "components/icons.html" import icon %}'


def icon(app, call: str) -> str:
    with app.test_request_context():
        return render_template_string(IMPORT + "{{ " + call + " }}")


def test_icon_without_label_is_hidden_from_screen_readers(app):
    written = icon(app, 'icon("house", size="small", class_="spinning")')

    assert 'class="icon icon-small spinning"' in written
    assert 'aria-hidden="true"' in written
    assert ".svg#house" in written


def test_label_of_an_icon_is_read_out_and_escaped(app):
    written = icon(app, """icon("house", label='"<b>')""")

    assert 'role="img" aria-label="&#34;&lt;b&gt;"' in written
    assert "aria-hidden" not in written


def test_no_name_is_no_icon(app):
    assert icon(app, "icon(none)") == icon(app, 'icon("")') == ""
