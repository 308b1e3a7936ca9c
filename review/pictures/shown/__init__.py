"""One picture a file; `review.pictures.picture` finds them."""
