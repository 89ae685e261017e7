"""What each role may do in the admin, page by page; the table is also in docs/editing.md."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import CountedFailure, FailedSignIn, SignIn, StaffAction, Token
from accounts.roles import ROLES
from config.models import Subscription
from editing.models import Import, Proposal
from publishing.models import FormerCode, KeyedModel
from quoting.models import FrozenContent, FrozenView
from sources.models import Citation

NOBODY = "nobody"
CONTENT = {
    NOBODY: set(),
    "reader": {"view"},
    "editor": {"view", "add", "change"},
    "publisher": {"view", "add", "change", "delete"},
    "administrator": {"view", "add", "change", "delete"},
}
#: By the names that docs/editing.md has.
OTHERS: dict[str, tuple[list[type], dict[str, set[str]]]] = {
    "proposals": ([Proposal], {role: {"view"} for role in ("editor", "publisher", "administrator")}),
    "imports": ([Import], {role: {"view", "add"} for role in ("publisher", "administrator")}),
    # A place that is wrong is exchanged in the statements that cite it.
    "places in sources": (
        [Citation],
        {
            "reader": {"view"},
            "editor": {"view", "add"},
            "publisher": {"view", "add", "delete"},
            "administrator": {"view", "add", "delete"},
        },
    ),
    "own tokens": (
        [Token],
        {"publisher": {"view", "add", "delete"}, "administrator": {"view", "add", "delete"}},
    ),
    "users and groups": ([User, Group], {"administrator": {"view", "add", "change", "delete"}}),
    "sign-ins, failed sign-ins, actions of staff": ([SignIn, FailedSignIn, StaffAction], {"administrator": {"view"}}),
    # Even who may see nothing else is told what everybody may read.
    "own digests": ([Subscription], {role: {"view", "add", "change", "delete"} for role in CONTENT}),
    "quotations": ([FrozenView], {"administrator": {"view", "delete"}}),
    "counted failures": ([CountedFailure], {"administrator": {"view", "delete"}}),
}
RECORD = {"username": "x", "ip_address": "192.0.2.1", "user_agent": "", "http_accept": "", "path_info": "/"}


def content_models() -> list[type[KeyedModel]]:
    return [model for model in apps.get_models() if issubclass(model, KeyedModel) and model is not FormerCode]


def member(role: str, name: str = "member") -> User:
    user = User.objects.create_user(name, is_staff=True)
    if role != NOBODY:
        user.groups.add(Group.objects.get(name=role))
    return user


def some_record(model: type, user: User) -> Any:
    """Return a record of ``model`` to open; of accounts a new one."""
    if model is Token:
        token, _secret = Token.objects.create(user=user, name="import")
        return token
    if model is Proposal:
        return Proposal.objects.create(author=user, reason="x", revision=1, changes=[])
    if model is Import:
        return Import.objects.create(
            author=user, kind="centres.centre", file_name="x", revision=1, changes=[], unchanged=0, faults={}
        )
    if model is User:
        return User.objects.create_user("colleague")
    if model is Group:
        return Group.objects.create(name="a group of their own")
    if model is Subscription:
        return Subscription.objects.create(user=user, language="en")
    if model is FrozenView:
        content = FrozenContent.objects.create(checksum="0" * 64, body="{}", size=2)
        return FrozenView.objects.create(
            code="22222222", address="/", language="en", as_of="2010-06-07", revision=1, content=content
        )
    if model is CountedFailure:
        return CountedFailure.objects.create(**RECORD, get_data="", post_data="", failures_since_start=1)
    if model is StaffAction:
        return StaffAction.objects.create(user=user, object_repr="x", action_flag=1)
    if model in {SignIn, FailedSignIn}:
        return model.objects.create(**RECORD)  # type: ignore[attr-defined]
    record = model._base_manager.first()  # type: ignore[attr-defined]
    assert record, f"the content has no {model.__name__}"
    return record


def allowed(client: Client, model: Any, record: Any) -> set[str]:
    """Return the actions whose pages open; nothing is saved."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    change, delete = (reverse(f"{name}_{action}", args=[record.pk]) for action in ("change", "delete"))
    answers = {
        "view": [client.get(reverse(f"{name}_changelist")), client.get(change)],
        "add": [client.get(reverse(f"{name}_add"))],
        # Who may only look gets the same page; nobody's change is complete with nothing in it.
        "change": [client.post(change)],
        "delete": [client.get(delete)],
    }
    statuses = {action: {one.status_code for one in some} for action, some in answers.items()}
    assert all(one in ({200}, {403}) for one in statuses.values()), (model, statuses)
    return {action for action, one in statuses.items() if one == {200}}


@pytest.mark.parametrize(
    # An administrator opens every page, and so makes every query.
    "role",
    [role if role == "administrator" else pytest.param(role, marks=pytest.mark.one_database) for role in CONTENT],
)
def test_the_pages_of_the_admin_open_to_those_who_may(content: None, client: Client, role: str):
    user = member(role)
    client.force_login(user)
    expected = dict.fromkeys(content_models(), CONTENT[role])
    for models, by_role in OTHERS.values():
        expected |= dict.fromkeys(models, by_role.get(role, set()))
    # A page that is in neither table would be one that nobody has thought of.
    assert set(expected) == set(admin.site._registry)
    found = {model: allowed(client, model, some_record(model, user)) for model in expected}
    assert found == expected
    # The first page leads to the lists that open, and says where one can be added to.
    front = client.get(reverse("admin:index")).content.decode()
    for model, actions in expected.items():
        address = f"/en/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert (f'href="{address}"' in front) == bool(actions), address
        assert (f'href="{address}add/"' in front) == ("add" in actions), address


@pytest.mark.django_db
@pytest.mark.parametrize("right", ["accounts.publish", "accounts.import_content"])
def test_publishers_and_administrators_publish_and_import(right: str):
    assert {role for role in CONTENT if member(role, role).has_perm(right)} == {"publisher", "administrator"}


@pytest.mark.django_db
def test_the_next_migration_puts_the_roles_back():
    reader = Group.objects.get(name="reader")
    before = set(reader.permissions.all())
    publisher = set(Group.objects.get(name="publisher").permissions.all())
    reader.permissions.set(publisher)
    Group.objects.get(name="editor").delete()
    call_command("migrate", verbosity=0)
    assert set(reader.permissions.all()) == before
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert Group.objects.get(name="editor").permissions.filter(codename="change_centre").exists()


def test_nobody_takes_more_than_they_were_given(client: Client, db: None):
    """An administrator makes no one all-powerful, and neither changes nor replaces who is."""
    root = User.objects.create_superuser("root")
    client.force_login(member("administrator"))
    for page in ("change", "delete"):
        address = reverse(f"admin:auth_user_{page}", args=[root.pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403
    colleague = User.objects.create_user("colleague")
    address = reverse("admin:auth_user_change", args=[colleague.pk])
    fields = client.get(address).context["adminform"].form.fields
    assert "groups" in fields
    assert not {"is_superuser", "user_permissions"} & set(fields)
    reader = Group.objects.get(name="reader")
    for page in ("change", "delete"):
        assert client.post(reverse(f"admin:auth_group_{page}", args=[reader.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("lang", "name"), [("en", "publisher"), ("zh-hans", "发布者")])
def test_an_account_is_made_with_its_role(client: Client, db: None, lang: str, name: str):
    client.force_login(member("administrator"))
    address = f"/{lang}/admin/auth/user/add/"
    assert f">{name}</option>" in client.get(address).content.decode()
    password = "a quiet sentence about rivers"
    group = Group.objects.get(name="publisher")
    data = {"username": "new", "usable_password": "true", "password1": password, "password2": password}
    client.post(address, {**data, "groups": [group.pk]})
    user = User.objects.get(username="new")
    assert user.is_staff
    assert list(user.groups.all()) == [group]
    assert name in client.get(f"/{lang}/admin/auth/user/").content.decode()
    assert name in client.get(f"/{lang}/admin/auth/group/").content.decode()


def test_an_administrator_sees_and_revokes_the_tokens_of_others(client: Client, db: None):
    token = some_record(Token, member("publisher", "owner"))
    delete = reverse("admin:accounts_token_delete", args=[token.pk])
    client.force_login(member("publisher", "another"))
    assert client.get(delete).status_code == 302
    client.force_login(member("administrator"))
    client.post(delete, {"post": "yes"})
    assert not Token.objects.exists()


def test_the_document_has_the_table():
    text = (Path(settings.BASE_DIR) / "docs" / "editing.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("|")]
    head = next(row for row in rows if row[1:] == list(ROLES))
    written = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows if len(row) == len(head)}

    def actions(cell: str) -> set[str]:
        return set(re.findall(r"\w+", cell))

    tables = {"content": CONTENT, **{name: by_role for name, (_models, by_role) in OTHERS.items()}}
    for name, by_role in tables.items():
        assert {role: actions(cell) for role, cell in written[name].items()} == {
            role: by_role.get(role, set()) for role in ROLES
        }, name
