"""A file of real blocks beside the database, given up when the disk is full so that closing and syncing can finish."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SIZE = 64 * 1024 * 1024
_CHUNK = 1024 * 1024


class Ballast:
    """`ensure` takes seconds on a slow disk: call it in the background, never in the start path."""

    def __init__(self, database: Path, size: int = SIZE) -> None:
        self._path = database.with_name(database.name + ".ballast")
        self._size = size

    @property
    def there(self) -> bool:
        return self._path.is_file() and self._path.stat().st_size == self._size

    def ensure(self) -> bool:
        """Write the file unless it is there; False when there is no room for it."""
        if self.there:
            return True
        try:
            with self._path.open("wb") as file:
                for start in range(0, self._size, _CHUNK):
                    # Random bytes: a file system that compresses or leaves holes would keep no room for us.
                    file.write(os.urandom(min(_CHUNK, self._size - start)))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
