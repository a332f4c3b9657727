"""What a photo is of."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class PhotoOf(StrEnum):
    """What photos show; only those of a lot are for buyers too."""

    LOT = "lot"
    REFUSAL = "refusal"
    DAMAGE = "damage"


MOST_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class AttachPhoto:
    """A photo of a lot, a refusal or a damage, as the camera or phone sent it."""

    id: UUID
    kind: PhotoOf
    subject_id: UUID
    body: bytes
