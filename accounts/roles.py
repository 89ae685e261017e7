"""The roles of staff: groups that hold exactly the rights named here, made and kept by every ``migrate``."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate
from django.utils.translation import pgettext_lazy

from publishing.models import KeyedModel


@dataclass(frozen=True)
class Role:
    """A name, what it may do with every record of the content, and its other rights."""

    label: Any
    content: tuple[str, ...]
    others: tuple[str, ...] = ()


#: What puts the portal's word before the world, and tokens of one's own.
_PUBLISHING = (
    "accounts.publish",
    "accounts.import_content",
    "editing.view_proposal",
    "accounts.view_token",
    "accounts.add_token",
    "accounts.delete_token",
)
_ADMINISTRATION = (
    *(f"auth.{action}_{model}" for model in ("user", "group") for action in ("view", "add", "change", "delete")),
    "accounts.view_signin",
    "accounts.view_failedsignin",
    "accounts.view_countedfailure",
    "accounts.view_staffaction",
    # To delete the count of somebody's failures is to let them in again.
    "accounts.delete_countedfailure",
    "quoting.view_frozenview",
    "quoting.delete_frozenview",
)

ADMINISTRATOR = "administrator"
ROLES = {
    "reader": Role(pgettext_lazy("role", "reader"), ("view",)),
    "editor": Role(pgettext_lazy("role", "editor"), ("view", "add", "change"), ("editing.view_proposal",)),
    "publisher": Role(pgettext_lazy("role", "publisher"), ("view", "add", "change", "delete"), _PUBLISHING),
    ADMINISTRATOR: Role(
        pgettext_lazy("role", "administrator"),
        ("view", "add", "change", "delete"),
        (*_PUBLISHING, *_ADMINISTRATION),
    ),
}


def label_of(group: Any) -> str:
    """Return a group's name in the reader's language; other groups than the roles have one only."""
    return str(ROLES[group.name].label) if group.name in ROLES else group.name


def connect() -> None:
    """Keep the roles after each migration; a model that comes later is then in them too."""
    post_migrate.connect(_after_migration)


def _after_migration(sender: Any, using: str, apps: Apps = installed, **kwargs: Any) -> None:
    # Each app's permissions are made in its turn: with the last one all are there.
    last = [config for config in installed.get_app_configs() if config.models_module][-1]
    if sender.label == last.label:
        _keep(apps, using)


def _keep(apps: Apps, using: str) -> None:
    """Make each role's group hold exactly its rights.

    Args:
        apps: the models as the migration leaves them.
        using: the database.
    """
    try:
        groups, permissions = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:
        # The migration has led back to before there were groups.
        return
    rows = permissions._base_manager.using(using).values_list("content_type__app_label", "codename", "pk")
    key_of = {f"{app}.{codename}": key for app, codename, key in rows}
    models = [model._meta for model in installed.get_models() if issubclass(model, KeyedModel)]
    for name, role in ROLES.items():
        rights = [*role.others]
        rights += [f"{model.app_label}.{action}_{model.model_name}" for model in models for action in role.content]
        group, _is_new = groups._base_manager.using(using).get_or_create(name=name)
        group.permissions.set([key_of[right] for right in rights if right in key_of])
