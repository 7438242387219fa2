"""Open the store of a deployment. A home that had this store does not get an empty one in its place."""

from __future__ import annotations

from cluster_kit.files import PRIVATE_FOLDER
from cluster_kit.home_record import HOME_FILE, had_store, remember_store
from cluster_kit.settings import Settings
from cluster_kit.store.backends import find_database
from cluster_kit.store.errors import LostStoreError, StoreGoneError
from cluster_kit.store.store import Store


def open_deployment_store(settings: Settings) -> Store:
    """The deployment's store, created or migrated if necessary. The home folder is created if it does not exist.

    Raises ``LostStoreError`` if the home had this store and it is missing or empty; and the errors of ``Store.open``.
    """
    settings.home.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    place = find_database(settings.db_url).place
    try:
        store = Store.open(settings.db_url, create=not had_store(settings.home, place))
    except StoreGoneError as error:
        raise LostStoreError(place, str(settings.home / HOME_FILE)) from error
    remember_store(settings.home, place)
    return store
