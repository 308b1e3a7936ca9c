"""The pictures of a case, drawn from its sealed evidence.

`evidence` reads the evidence, `picture` says what a picture is and finds all of them, and each file in `shown` is one.
"""

from review.pictures.picture import Picture, pictures, pictures_of_booking

__all__ = ["Picture", "pictures", "pictures_of_booking"]
