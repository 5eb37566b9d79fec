package io.pipedeck.document;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.db.Tx;
import io.pipedeck.pipeline.PipelineException;
import java.util.Optional;

/** Which models there are vectors of, and how long those are. */
final class EmbeddingModels {
  private EmbeddingModels() {}

  /**
   * Checks that vectors of this length may be kept under this name; the first ones decide.
   *
   * @throws PipelineException if there are others of another length
   */
  static void check(Tx tx, String model, int dimensions) {
    int known = find(tx, model).orElseGet(() -> enter(tx, model, dimensions));
    if (known != dimensions) {
      throw new PipelineException(
          ErrorCode.EMBEDDING_UNAVAILABLE,
          "The embedding model %s gives vectors of %d dimensions now and gave vectors of %d before; they can't be mixed."
                  .formatted(model, dimensions, known)
              + " Give the other model a name of its own.");
    }
  }

  private static int enter(Tx tx, String model, int dimensions) {
    tx.update(
        "INSERT INTO embedding_models (model, dimensions) VALUES (?, ?) ON CONFLICT (model) DO NOTHING",
        model,
        dimensions);
    return find(tx, model).orElseThrow();
  }

  private static Optional<Integer> find(Tx tx, String model) {
    return tx.first(
        "SELECT dimensions FROM embedding_models WHERE model = ?",
        row -> row.requiredInteger("dimensions"),
        model);
  }
}
