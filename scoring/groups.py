"""How many people are enough for what: every limit for small groups, in one place.

A limit that is changed here changes everywhere. Why each is what it is: docs/small-groups.md.
"""

# Below these somebody could be recognised.
MAP_FROM = 4  # people on a map or on a sheet per statement, unless it is asked for
LEAST_PEOPLE = 3  # people in a role, and on a factor or question of that role

# Below these nothing is said of a team.
TEAM_FROM = 3  # lists put together, else every paper says that it is no picture of a team
ENOUGH_ANSWERS = 4  # answers to a question before it gets a label or a rank
FEW_ANSWERS = 5  # up to here "weinig antwoorden" stands beside the label
NO_VERDICT_BELOW = 4  # people with both rounds; fewer say nothing about a trend
TEST_FROM = 6  # people with both rounds before a test decides; with five p is 1/16 at the least
CONVERGENCE_FROM = 8  # people with both rounds before "naar elkaar toe" is said
REST_FROM = 3  # people with one round only before their middle is held against that of the others
LEAST_COMPARED = 4  # lists in each of two years
SPREAD_FROM = 5  # people on the map before the ellipse round the middle half of them is drawn
