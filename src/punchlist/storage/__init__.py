"""Where the content of files is kept: a directory, or a store that speaks S3.

Content has a random key, is written once, never changed and never overwritten; whoever has new content
takes a new key. Which contents there should be is not known here but in the database.
"""

from punchlist.settings import Settings
from punchlist.storage.content import ContentLost, Reading, Storage, Stored
from punchlist.storage.directory import DirectoryStorage

__all__ = ["ContentLost", "Reading", "Storage", "Stored", "storage_for"]


def storage_for(settings: Settings) -> Storage:
    """The storage that the settings name; raises SettingsError where they do not fit together.

    Nothing is opened, and nothing connected to, before the first content comes.
    """
    if settings.storage_url is None:
        return DirectoryStorage(settings.data_dir / "files")
    from punchlist.storage.s3 import s3_storage  # here, for its client takes long to import

    return s3_storage(settings)
