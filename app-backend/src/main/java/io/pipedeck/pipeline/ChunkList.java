package io.pipedeck.pipeline;

import io.pipedeck.pipeline.Chunker.Piece;
import io.pipedeck.pipeline.PipelineOutput.Chunk;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** The chunks of a text, made when they are asked for: their texts stand in memory only once. */
final class ChunkList extends AbstractList<Chunk> implements RandomAccess {
  private final CleanDocument clean;
  private final List<Piece> pieces;
  private final List<float[]> vectors;

  /**
   * The chunks of these pieces.
   *
   * @param vectors one for each piece, or none at all
   */
  ChunkList(CleanDocument clean, List<Piece> pieces, List<float[]> vectors) {
    this.clean = clean;
    this.pieces = List.copyOf(pieces);
    this.vectors = List.copyOf(vectors);
  }

  @Override
  public Chunk get(int ordinal) {
    Piece piece = pieces.get(ordinal);
    return new Chunk(
        ordinal,
        clean.pageAt(piece.start()),
        piece.start(),
        piece.end(),
        piece.heading(),
        clean.text().substring(piece.start(), piece.end()),
        piece.tokens(),
        vectors.isEmpty() ? null : vectors.get(ordinal));
  }

  @Override
  public int size() {
    return pieces.size();
  }
}
