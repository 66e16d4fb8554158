"""The colours of Studio Lumen: an evening room in plum and clay, cream light, one cool window."""

from storecast.demo.picture.paint import colour

NIGHT = colour("#1d1626")
PLUM = colour("#3b2436")
WALL = colour("#7a4a4d")
WALL_LIGHT = colour("#b9776a")
CLAY = colour("#c8775a")
SAND = colour("#e3c4a2")
CREAM = colour("#fbeedb")
PAPER = colour("#f6e3c8")
AMBER = colour("#ffb964")
HONEY = colour("#ffdf9e")
BRASS = colour("#c9974f")
BRASS_DARK = colour("#6f4a22")
WOOD = colour("#a4694a")
WOOD_LIGHT = colour("#c58a62")
WOOD_DARK = colour("#4d2c27")
DUSK_HIGH = colour("#2b3a63")
DUSK_LOW = colour("#e79a7b")
LEAF = colour("#4c6b53")
LEAF_DARK = colour("#2c4439")
SKIN = colour("#d89a78")
SKIN_SHADE = colour("#b9755b")
SKIN_LIGHT = colour("#eeb898")
HAIR = colour("#35202a")
HAIR_LIGHT = colour("#6a4040")
KNIT = colour("#efe0cb")
KNIT_SHADE = colour("#cfb39a")
APRON = colour("#2f5550")
APRON_SHADE = colour("#203c3b")
LIPS = colour("#b4524d")

DUSK_TINT = (198, 182, 202)  # the room before the lamp is on
LAMP_TINT = (255, 240, 222)  # and once it is
