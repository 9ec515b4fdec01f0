"""The installed base: a device with its coverage, its boards, its places; registering a list of them."""
