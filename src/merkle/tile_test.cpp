#include "merkle/tile.h"

#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "merkle/naive_tree.h"
#include "merkle/tile_builder.h"
#include "merkle/tile_reader.h"

namespace art32::merkle {
namespace {

using TileMap = std::map<std::string, base::Bytes>;

TileMap build_tiles(std::uint64_t size) {
  TileMap tiles;
  TileBuilder builder;
  for (std::uint64_t i = 0; i < size; ++i)
    builder.append(numbered_leaf(i));
  for (const TileContent& content : builder.take_new_tiles())
    tiles[tile_path(content.tile)] = content.octets;
  return tiles;
}

FetchTile fetch_from(const TileMap& tiles) {
  return [&tiles](const Tile& tile) -> base::Result<base::Bytes> {
    const auto found = tiles.find(tile_path(tile));
    if (found == tiles.end()) return base::failure(base::ErrorCode::not_found, "no " + tile_path(tile));
    return found->second;
  };
}

std::set<std::string> paths(const std::vector<Tile>& tiles) {
  std::set<std::string> names;
  for (const Tile& tile : tiles)
    names.insert(tile_path(tile));
  return names;
}

TEST(TilePath, is_written_as_the_specification_says) {
  EXPECT_EQ(tile_path({TileKind::hashes, 0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({TileKind::hashes, 1, 0, 17}), "tile/1/000.p/17");
  EXPECT_EQ(tile_path({TileKind::entries, 0, 273, 112}), "tile/entries/273.p/112");
  EXPECT_EQ(tile_path({TileKind::hashes, 63, 1000, 256}), "tile/63/x001/000");
}

TEST(TilePath, is_refused_when_it_is_not_the_only_name) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/x000/001",
                           "tile/0/000/001",
                           "tile/0/x001/x002",
                           "tile/0/x001/02",
                           "tile/0/X001/002",
                           "tile/00/001",
                           "tile/+1/001",
                           "tile/-1/001",
                           "tile/64/001",
                           "tile/8x/001",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/01",
                           "tile/0/001.p/",
                           "tile/0/001.p/1/",
                           "tile/0/001.p/1.p/1",
                           "tile/0/001/",
                           "tile/0//001",
                           "tile/0/../0/001",
                           "/tile/0/001",
                           "tile/entries",
                           "tile/entries/1",
                           "tile/data/001",
                           "tile/0/x999/x999/x999/x999/x999/x999/999",
                           "tile/0/x018/x446/x744/x073/x709/x551/616"})
    EXPECT_FALSE(parse_tile_path(path).has_value()) << path;
  EXPECT_FALSE(parse_tile_path(std::string_view("tile/0/001\0", 11)).has_value());
}

RC_GTEST_PROP(TilePath, reads_back_what_it_wrote, ()) {
  Tile tile;
  tile.kind = *rc::gen::element(TileKind::hashes, TileKind::entries);
  tile.level = tile.kind == TileKind::hashes ? *rc::gen::inRange(0U, 64U) : 0;
  const auto shift = *rc::gen::inRange(0, 64);
  tile.index = *rc::gen::arbitrary<std::uint64_t>() >> shift;
  tile.width = *rc::gen::inRange(1U, 257U);
  RC_ASSERT(parse_tile_path(tile_path(tile)) == tile);
}

TEST(Tiles, of_70000_leaves_are_those_of_the_specification) {
  const std::vector<Tile> tiles = tiles_of(TreeSize(70'000), TileKind::hashes);
  ASSERT_EQ(tiles.size(), 273U + 1 + 1 + 1 + 1);
  for (std::size_t i = 0; i < 273; ++i)
    EXPECT_EQ(tiles[i], (Tile{TileKind::hashes, 0, i, 256}));
  EXPECT_EQ(tiles[273], (Tile{TileKind::hashes, 0, 273, 112}));
  EXPECT_EQ(tiles[274], (Tile{TileKind::hashes, 1, 0, 256}));
  EXPECT_EQ(tiles[275], (Tile{TileKind::hashes, 1, 1, 17}));
  EXPECT_EQ(tiles[276], (Tile{TileKind::hashes, 2, 0, 1}));
  EXPECT_EQ(tiles_of(TreeSize(70'000), TileKind::entries).size(), 274U);
  EXPECT_EQ(partial_tiles(TreeSize(70'000)), (std::vector<Tile>{tiles[273], tiles[275], tiles[276]}));
}

TEST(Tiles, of_256_leaves_are_a_full_one_and_one_of_width_1_above) {
  EXPECT_EQ(tiles_of(TreeSize(256), TileKind::hashes),
            (std::vector<Tile>{{TileKind::hashes, 0, 0, 256}, {TileKind::hashes, 1, 0, 1}}));
  EXPECT_TRUE(tiles_of(TreeSize(0), TileKind::hashes).empty());
}

TEST(Tiles, have_the_width_that_the_size_gives_them) {
  EXPECT_EQ(tile_width_at(0, 272, TreeSize(70'000)), 256U);
  EXPECT_EQ(tile_width_at(0, 273, TreeSize(70'000)), 112U);
  EXPECT_EQ(tile_width_at(0, 274, TreeSize(70'000)), 0U);
  EXPECT_EQ(tile_width_at(2, 0, TreeSize(70'000)), 1U);
  EXPECT_EQ(tile_width_at(3, 0, TreeSize(70'000)), 0U);
  EXPECT_EQ(tile_width_at(63, 0, TreeSize(~0ULL)), 0U);
  EXPECT_EQ(tile_width_at(0, ~0ULL, TreeSize(~0ULL)), 0U);
}

RC_GTEST_PROP(Tiles, that_are_new_are_those_that_were_not_there, ()) {
  const auto older = *rc::gen::inRange<std::uint64_t>(0, 200'000);
  const auto newer = older + *rc::gen::inRange<std::uint64_t>(0, 70'000);
  const auto kind = *rc::gen::element(TileKind::hashes, TileKind::entries);
  const std::set<std::string> before = paths(tiles_of(TreeSize(older), kind));
  std::set<std::string> expected = paths(tiles_of(TreeSize(newer), kind));
  for (const std::string& path : before)
    expected.erase(path);
  RC_ASSERT(paths(new_tiles(TreeSize(older), TreeSize(newer), kind)) == expected);
}

RC_GTEST_PROP(Tiles, say_every_node_of_the_tree, ()) {
  const auto size = *rc::gen::inRange<std::uint64_t>(1, 700);
  NaiveTree tree(size);
  const TileMap tiles = build_tiles(size);
  TileNodeReader reader(TreeSize(size), fetch_from(tiles));
  for (unsigned level = 0; size >> level > 0; ++level) {
    for (std::uint64_t index = 0; index < size >> level; ++index)
      RC_ASSERT(reader.node({level, index}).value() == tree.node({level, index}).value());
    RC_ASSERT(reader.node({level, size >> level}).error().code == base::ErrorCode::not_found);
  }
  RC_ASSERT(tree_root(TreeSize(size), reader).value() == tree.root(size));
}

TEST(Tiles, lead_to_proofs_in_a_tree_of_three_levels) {
  constexpr std::uint64_t size = 70'000;
  const TileMap tiles = build_tiles(size);
  EXPECT_EQ(tiles.size(), 277U);
  TileNodeReader reader(TreeSize(size), fetch_from(tiles));
  Frontier frontier;
  for (std::uint64_t i = 0; i < size; ++i) {
    frontier.append(numbered_leaf(i));
    if (i % 9'973 != 0) continue;
    const TreeSize older(i + 1);
    const auto proof = consistency_proof(older, TreeSize(size), reader);
    ASSERT_TRUE(proof.has_value());
    EXPECT_TRUE(verify_consistency(older, frontier.root(), TreeSize(size),
                                   tree_root(TreeSize(size), reader).value(), *proof));
  }
  EXPECT_EQ(tree_root(TreeSize(size), reader).value(), frontier.root());
  for (const std::uint64_t index : {0ULL, 255ULL, 256ULL, 65'535ULL, 65'536ULL, 69'999ULL}) {
    const auto proof = inclusion_proof(LeafIndex(index), TreeSize(size), reader);
    ASSERT_TRUE(proof.has_value());
    EXPECT_TRUE(
        verify_inclusion(LeafIndex(index), TreeSize(size), numbered_leaf(index), *proof, frontier.root()));
  }
}

TEST(Tiles, of_the_wrong_length_are_named) {
  TileMap tiles = build_tiles(300);
  tiles["tile/0/001.p/44"].pop_back();
  TileNodeReader reader(TreeSize(300), fetch_from(tiles));
  EXPECT_TRUE(reader.node({0, 255}).has_value());
  const auto node = reader.node({0, 256});
  ASSERT_FALSE(node.has_value());
  EXPECT_EQ(node.error().code, base::ErrorCode::corrupt);
  EXPECT_THAT(node.error().what, testing::HasSubstr("tile/0/001.p/44"));
}

RC_GTEST_PROP(TileBuilder, gives_each_new_tile_once_and_the_root, ()) {
  const auto steps = *rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0U, 600U));
  TileBuilder builder;
  Frontier frontier;
  TileMap tiles;
  for (const unsigned step : steps) {
    const TreeSize older = builder.size();
    for (unsigned i = 0; i < step; ++i) {
      const Hash leaf = numbered_leaf(frontier.size().value);
      builder.append(leaf);
      frontier.append(leaf);
    }
    std::vector<Tile> taken;
    for (TileContent& content : builder.take_new_tiles()) {
      taken.push_back(content.tile);
      tiles[tile_path(content.tile)] = std::move(content.octets);
    }
    RC_ASSERT(taken.size() == paths(taken).size());
    RC_ASSERT(paths(taken) == paths(new_tiles(older, builder.size(), TileKind::hashes)));
    RC_ASSERT(builder.root() == frontier.root());
    TileNodeReader reader(builder.size(), fetch_from(tiles));
    RC_ASSERT(tree_root(builder.size(), reader).value() == frontier.root());
    // And goes on from the files alone.
    auto restored = TileBuilder::restore(builder.size(), fetch_from(tiles));
    RC_ASSERT(restored.has_value());
    RC_ASSERT(restored->take_new_tiles().empty());
    builder = std::move(*restored);
  }
}

TEST(TileBuilder, refuses_an_edge_of_the_wrong_width) {
  TileMap tiles = build_tiles(300);
  tiles["tile/1/000.p/1"].push_back(0);
  EXPECT_EQ(TileBuilder::restore(TreeSize(300), fetch_from(tiles)).error().code, base::ErrorCode::corrupt);
  tiles.erase("tile/1/000.p/1");
  EXPECT_EQ(TileBuilder::restore(TreeSize(300), fetch_from(tiles)).error().code, base::ErrorCode::not_found);
}

}  // namespace
}  // namespace art32::merkle
