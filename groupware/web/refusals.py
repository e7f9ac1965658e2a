"""How a form shows what a service refused: one mechanism for every page."""

from flask_wtf import FlaskForm

from groupware.errors import DomainError


def show_refusal(form: FlaskForm, error: DomainError) -> None:
    """Put the reasons of a refusal at their fields, what belongs to none of them at the top."""
    reasons = getattr(error, "fields", {})
    for name, reason in reasons.items():
        if name in form:
            form[name].errors = [*form[name].errors, str(reason)]
        else:
            form.form_errors = [*form.form_errors, str(reason)]
    if not reasons:
        form.form_errors = [*form.form_errors, str(error.message)]


__all__ = ["show_refusal"]
