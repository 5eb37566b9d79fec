package io.pipedeck.pipeline;

import io.pipedeck.embed.Embedder;
import io.pipedeck.pipeline.Chunker.Piece;
import java.util.List;

/**
 * Gives each chunk its vector, a group at a time; each group is kept at once, so that a run that
 * was cut off goes on in the middle of the document.
 */
final class EmbedStage {
  private final Embedder embedder;
  private final KeptOutputs kept;
  private final ProgressMeter meter;

  EmbedStage(Embedder embedder, KeptOutputs kept, ProgressMeter meter) {
    this.embedder = embedder;
    this.kept = kept;
    this.meter = meter;
  }

  List<float[]> skip() {
    meter.begin(Stage.EMBED);
    meter.end();
    return List.of();
  }

  List<float[]> run(CleanDocument clean, List<Piece> pieces) throws InterruptedException {
    int group = embedder.textsPerCall();
    String model = embedder.model();
    meter.look();
    List<float[]> vectors = kept.vectors(pieces, clean, model, group);
    if (vectors.size() == pieces.size()) {
      meter.reused(Stage.EMBED);
      return vectors;
    }
    meter.begin(Stage.EMBED, vectors.size(), pieces.size());
    while (vectors.size() < pieces.size()) {
      int from = vectors.size();
      int to = Math.min(pieces.size(), from + group);
      List<float[]> next =
          embedder.embed(
              pieces.subList(from, to).stream().map(piece -> text(clean, piece)).toList(),
              (done, _) -> tell(from + done, pieces.size()));
      if (from > 0 && next.getFirst().length != vectors.getFirst().length) {
        // The endpoint serves another model under the old name: what was kept is of no use.
        vectors.clear();
      } else {
        kept.keepVectors(clean, model, group, from / group, next);
        vectors.addAll(next);
      }
    }
    meter.end();
    return vectors;
  }

  private void tell(int done, int of) {
    meter.at(done, of, "chunk " + done + " of " + of);
  }

  private static String text(CleanDocument clean, Piece piece) {
    return clean.text().substring(piece.start(), piece.end());
  }
}
