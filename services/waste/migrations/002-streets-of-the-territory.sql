-- Streets come with the territory.
DROP TABLE waste.roads;
