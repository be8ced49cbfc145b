"""A profile's values as fields, with hints where to find them, their problems, and a preview of the label."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QWidget

from bindtool.core.common.errors import BadInput
from bindtool.core.labels.template import DEFAULT_TEMPLATE, LabelFrom, LabelTemplate
from bindtool.core.model.channel import vendor_site
from bindtool.core.model.device import holds_token
from bindtool.core.profiles.field_rules import FILE_FIELDS, TEXT_FIELDS, problems, tidy
from bindtool.core.profiles.profile import Profile, RequestSettings, SignInApps, Site
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.form_field import Choice, Field, FoldingSection, TextField, lock, wheel_guarded
from bindtool.gui.common.widgets.labels import line
from bindtool.gui.profiles.scan_fields import IdRuleFields, PartRuleFields, ScannerFields
from bindtool.gui.profiles.sending_fields import BehaviourFields, PaceFields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from bindtool.i18n.catalogue import Texts


_SITES = {Site.COZE_CN: "profile_form.site.coze_cn", Site.COZE_COM: "profile_form.site.coze_com"}


class SiteField(TextField):
    """A list of sites; its last entry opens a line for a URL."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts("profile_form.site"), texts("profile_form.site.hint"))
        sites = {str(site): texts(id_) for site, id_ in _SITES.items()}
        sites[""] = texts("profile_form.site.other")
        self.choice = wheel_guarded(Choice(sites, texts("profile_form.site")))
        self.choice.setMinimumHeight(self.line.minimumHeight())
        self.choice.setAccessibleDescription(self.hint)
        self.label.setBuddy(self.choice)
        self.line.setAccessibleName(texts("profile_form.site.address"))
        self.line.setPlaceholderText("https://")
        self.column.insertWidget(self.column.indexOf(self.line), self.choice)
        self.line.hide()
        self.choice.currentIndexChanged.connect(self._choose)

    def text(self) -> str:
        """Return the origin chosen or typed."""
        return self.choice.value or super().text()

    def set_text(self, text: str) -> None:
        """Select a site; a URL not in Coze's list goes into the line."""
        known = text in tuple(Site)
        self.choice.choose(text if known else "")
        super().set_text("" if known else text)

    def lock(self, why: str) -> None:
        """Make the site read-only."""
        super().lock(why)
        lock(self.choice, why)
        self.choice.setAccessibleDescription(self.entry.accessibleDescription())

    def take_focus(self) -> None:
        """Focus the list or the line, whichever has the value."""
        (self.choice if self.choice.value else self.line).setFocus()

    def _choose(self) -> None:
        self.line.setHidden(bool(self.choice.value))
        self.show_problem("")
        self.edited.emit()


class SignInFields(QWidget):
    """Two client ids side by side, and the page below."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self.fields = {
            "browser_client": TextField(*texts.pair("profile_form.browser_client")),
            "device_client": TextField(*texts.pair("profile_form.device_client")),
            "page": TextField(*texts.pair("profile_form.page")),
        }
        browser, device, page = self.fields.values()
        page.line.setPlaceholderText("https://")
        layouts.column(layouts.field_row(browser, device), page, on=self, spacing=theme.MARGIN)
        for field in self.fields.values():
            field.edited.connect(lambda field=field: field.show_problem(""))

    def fill(self, profile: Profile | None) -> None:
        """Show a profile's values, or empty fields."""
        apps = profile.sign_in if profile else SignInApps()
        for name, field in self.fields.items():
            field.set_text(getattr(apps, name))
            field.show_problem("")

    def lock(self, why: str) -> None:
        """Make the fields read-only; "" makes them editable again."""
        for field in self.fields.values():
            field.lock(why)

    def read(self, site: str | None) -> SignInApps | None:
        """Return the sign-in apps entered for a profile of `site`; None with the problem shown.

        A page on another company's host is a problem here, as on saving a profile: only an administrator may name
        such a page, not a form. Without a site (None) that can't be checked.
        """
        try:
            apps = SignInApps(**{name: field.text() for name, field in self.fields.items()})
            if site is not None and apps.is_stranger(site):
                raise BadInput("profile.page_of_strangers", field="page", page=apps.page, site=site)
        except BadInput as problem:
            field = self.fields[str(problem.title.values["field"])]
            if holds_token(field.text()):
                field.set_text("")
            field.show_problem(self._texts.say(problem.title))
            return None
        return apps


_LABEL_FROM: Mapping[LabelFrom, str] = MappingProxyType({
    LabelFrom.TEMPLATE: "profile_form.label_from.template",
    LabelFrom.NEXT_CODE: "profile_form.label_from.next_code",
})  # fmt: skip

SAMPLE_ID = "SPK26113F21A0"
"""The id for the preview of its label."""

_STEMS = {
    "name": "profile_form.name",
    "connector_id": "profile_form.connector_id",
    "address": "profile_form.address",
    "key": "profile_form.key",
    "user_id": "profile_form.user_id",
    "user_name": "profile_form.user_name",
    "token_name": "profile_form.token_name",
    "label_template": "profile_form.label_template",
    "label_pattern": "profile_form.label_pattern",
    "who_to_ask": "profile_form.who_to_ask",
    "checked_by": "profile_form.checked_by",
}
"""Of the title and the hint of each field but the site's."""

_SHOWN = tuple(name for name in TEXT_FIELDS if name not in FILE_FIELDS)

_EMPTY: Mapping[str, str] = dict.fromkeys(_SHOWN, "") | {
    "site": str(Site.COZE_CN),
    "key": "device_id",
    "label_template": DEFAULT_TEMPLATE,
}


class ProfileFields(QWidget):
    """All fields of a profile.

    Args:
        texts: the catalogue.
        day: the date for `{date}` in the preview of the label, and for an answer about the channel.

    Signals:
        judged(): a field's problem has changed or is gone.
    """

    judged = Signal()

    def __init__(self, texts: Texts, day: date) -> None:
        super().__init__()
        self._texts = texts
        self._day = day
        self.fields: dict[str, TextField] = {
            name: SiteField(texts) if name == "site" else TextField(*texts.pair(_STEMS[name])) for name in _SHOWN
        }
        for name in problems(dict.fromkeys(_SHOWN, "")):
            self.fields[name].relabel(texts("profile_form.required", label=self.fields[name].label.text()))
        self.preview = line(tone=Tone.QUIET)
        self.label_from = wheel_guarded(Choice({one: texts(_LABEL_FROM[one]) for one in LabelFrom}))
        hint = texts("profile_form.label_from.hint")
        self._label_from_field = Field(texts("profile_form.label_from"), self.label_from, hint)
        self.label_from.currentIndexChanged.connect(self._show_label_pattern)
        self.behaviour_fields = BehaviourFields(texts, day, self.fields["checked_by"])
        self.pace_fields = PaceFields(texts)
        self.id_rule_fields = IdRuleFields(texts)
        self.part_rule_fields = PartRuleFields(texts, self._label_of)
        self.scanner_fields = ScannerFields(texts)
        self.sign_in_fields = SignInFields(texts)
        self.sections = self._make_sections()
        layouts.column(*self.sections, on=self, spacing=theme.MARGIN)
        rule = self.part_rule_fields
        self._in_order: tuple[Field, ...] = (
            *(field for name, field in self.fields.items() if name != "token_name"),
            *(rule.name, rule.strip_prefix, rule.strip_suffix),
            self.id_rule_fields.pattern,
            *self.sign_in_fields.fields.values(),
            self.fields["token_name"],
        )
        for one in self._in_order:
            one.judged.connect(self.judged)
        for name, field in self.fields.items():
            field.edited.connect(partial(self._on_edited, name))
            field.left.connect(partial(self._on_left, name))
        self.fill(None)

    def fill(self, profile: Profile | None) -> None:
        """Show a profile's values, or the defaults of a new one."""
        for name, field in self.fields.items():
            field.set_text(getattr(profile, name) if profile else _EMPTY[name])
            field.show_problem("")
        self.label_from.choose(profile.label_from if profile else LabelFrom.TEMPLATE)
        self._show_label_pattern()
        self.behaviour_fields.fill(profile)
        self.pace_fields.set_pace(profile.pace if profile else RequestSettings())
        rules = profile.scan if profile else ScanRules()
        self.id_rule_fields.set_rules(rules.ids)
        self.part_rule_fields.set_rule(rules.part)
        self.scanner_fields.set_rules(rules.scanner)
        self.sign_in_fields.fill(profile)
        self._draw_preview()
        self._suggest_token_name()
        for section in self.sections:
            section.show_values()

    @property
    def faults(self) -> tuple[Field, ...]:
        """The fields that show a problem, from top to bottom; hidden fields have none."""
        return tuple(one for one in self._in_order if one.problem and not one.isHidden())

    def entered(self) -> tuple[object, ...]:
        """Return the contents of all fields: equal to the earlier ones if nothing was changed."""
        tried = self.part_rule_fields.example.line
        # The line edit of a spin box holds its text.
        lines = (one.text() for one in self.findChildren(QLineEdit) if one is not tried)
        chosen = (one.currentIndex() for one in self.findChildren(QComboBox))
        return (*lines, *chosen, *(one.isChecked() for one in self.findChildren(QCheckBox)))

    def take_focus(self) -> None:
        """Focus the first editable line: in a combo box a key would change the choice."""
        lines = (field for field in self.fields.values() if field.line.isEnabled() and not field.line.isHidden())
        first = next(lines, None)
        if first is not None:
            first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def lock(self, why: str, *, named: bool) -> None:
        """Make the fields read-only, or editable for ""; the name of a profile that is `named` is read-only in any
        case.
        """
        stays = self._texts("profile_form.name.stays") if named else ""
        for name, field in self.fields.items():
            field.lock(why or (stays if name == "name" else ""))
        self._label_from_field.lock(why)
        self.behaviour_fields.lock(why)
        self.part_rule_fields.lock(why)
        self.sign_in_fields.lock(why)
        for fields in (self.pace_fields, self.id_rule_fields, self.scanner_fields):
            lock(fields, why)
        self.fields["name"].set_hint(stays or self._texts("profile_form.name.hint"))

    def read(self, before: Profile | None) -> Profile | None:
        """Return the profile entered; or show all problems, with the cursor at the first.

        `before` is the profile that was filled in: values without a field are copied from it, but `proven` only for
        the same channel.
        """
        values: dict[str, Any] = {name: field.text() for name, field in self.fields.items()}
        label_from = self.label_from.value
        if label_from is LabelFrom.TEMPLATE:
            values["label_pattern"] = before.label_pattern if before else ""
        for field in self._in_order:
            field.show_problem("")
        for name, problem in problems(values).items():
            self.show_problem(name, self._texts.say(problem))
        patterns = values["label_pattern"], self.id_rule_fields.pattern.text()
        if label_from is LabelFrom.NEXT_CODE and not any(patterns):
            self.show_problem("label_pattern", self._texts("profile.label_pattern_missing.hint"))
        ids, part = self.id_rule_fields.rules(), self.part_rule_fields.review()
        site = None if self.fields["site"].problem else vendor_site(tidy("site", values["site"]))
        sign_in = self.sign_in_fields.read(site)
        if self.faults or ids is None or part is None or sign_in is None:
            self._point_at(self.faults[0])
            return None
        values |= {
            "label_from": label_from,
            "pace": self.pace_fields.pace(),
            "scan": ScanRules(self.scanner_fields.rules(), part, ids),
            "sign_in": sign_in,
        }
        profile = Profile(**values) if before is None else replace(before, **values)
        same_channel = before is not None and before.channel == profile.channel
        profile = replace(profile, proven=profile.proven and same_channel)
        return self.behaviour_fields.put_into(profile, before)

    def show_problem(self, name: str, problem: str) -> None:
        """Show a problem at the field of that name; remove a token from the field."""
        field = self.fields[name]
        if holds_token(field.text()):
            field.set_text("")
        field.show_problem(problem)

    def _point_at(self, field: Field) -> None:
        for section in self.sections:
            if section.isAncestorOf(field):
                section.unfold()
        field.take_focus()

    def _on_edited(self, name: str) -> None:
        self.fields[name].show_problem("")
        if name == "label_template":
            self._draw_preview()
        elif name == "name":
            self._suggest_token_name()

    def _on_left(self, name: str) -> None:
        text = self.fields[name].text()
        # An empty field may not have been reached yet; saving asks for it.
        problem = problems({name: text}).get(name) if text else None
        if problem is not None:
            self.show_problem(name, self._texts.say(problem))

    def _show_label_pattern(self) -> None:
        self.fields["label_pattern"].setVisible(self.label_from.value is LabelFrom.NEXT_CODE)

    def _draw_preview(self) -> None:
        try:
            label = self._filled(SAMPLE_ID)
        except BadInput as problem:
            self.preview.setText(self._texts("profile_form.preview.none"))
            self.fields["label_template"].show_problem(self._texts.say(problem.title))
        else:
            self.preview.setText(self._texts("profile_form.preview", id=SAMPLE_ID, label=label))
        self.part_rule_fields.draw_preview()

    def _filled(self, device_id: str) -> str:
        return LabelTemplate.parse(self.fields["label_template"].text()).fill(device_id, self._day)

    def _label_of(self, device_id: str) -> str:
        try:
            return self._filled(device_id)
        except BadInput:
            return ""

    def _suggest_token_name(self) -> None:
        self.fields["token_name"].line.setPlaceholderText(self.fields["name"].text().strip())

    def _values_of(self, *fields: Field) -> str:
        """Return the fields' values, each after its name; omits empty and hidden fields."""
        shown = [(field, _value_of(field)) for field in fields if not field.isHidden()]
        named = (
            self._texts("profile_form.section.value", label=field.entry.accessibleName(), value=value)
            for field, value in shown
            if value
        )
        return " · ".join(named) or self._texts("profile_form.section.empty")

    def _make_sections(self) -> tuple[FoldingSection, ...]:
        texts, fields, values = self._texts, self.fields, self._values_of
        scanner, pace = self.scanner_fields, self.pace_fields
        signing_in = (*self.sign_in_fields.fields.values(), fields["token_name"])
        fields["label_template"].column.addWidget(self.preview)
        return (
            FoldingSection(
                texts("profile_form.channel"),
                *(fields[name] for name in ("name", "site", "address", "connector_id", "key")),
                layouts.field_row(fields["user_id"], fields["user_name"]),
                self.behaviour_fields,
                unfolded=True,
                values=lambda: values(fields["name"], fields["connector_id"], fields["key"]),
            ),
            FoldingSection(
                texts("profile_form.bench"),
                fields["who_to_ask"],
                fields["label_template"],
                self._label_from_field,
                fields["label_pattern"],
                unfolded=True,
                values=lambda: values(fields["who_to_ask"], fields["label_template"]),
            ),
            FoldingSection(
                texts("profile_form.section.scanner"), scanner, values=lambda: values(*scanner.summed_up)
            ),
            FoldingSection(
                texts("profile_form.section.ids"),
                self.part_rule_fields,
                self.id_rule_fields,
                values=lambda: values(*self.part_rule_fields.summed_up, *self.id_rule_fields.summed_up),
            ),
            FoldingSection(texts("profile_form.section.pace"), pace, values=lambda: values(*pace.summed_up)),
            FoldingSection(
                texts("profile_form.section.sign_in"),
                self.sign_in_fields,
                fields["token_name"],
                values=lambda: values(*signing_in),
            ),
        )


def _value_of(field: Field) -> str:
    entry = field.entry
    if isinstance(entry, QComboBox):
        return entry.currentText()
    return entry.text() if isinstance(entry, (QLineEdit, QAbstractSpinBox)) else ""
