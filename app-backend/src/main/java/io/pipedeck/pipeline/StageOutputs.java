package io.pipedeck.pipeline;

import java.util.List;

/**
 * Keeps what the stages of one document gave, so that its next run starts behind them. For one
 * thread. Never fails: what can't be kept or found is made again.
 */
public interface StageOutputs {
  /** Keeps nothing. */
  StageOutputs NONE =
      new StageOutputs() {
        @Override
        public List<byte[]> find(OutputKey key) {
          return List.of();
        }

        @Override
        public void keep(OutputKey key, int part, byte[] bytes) {
          // On purpose.
        }
      };

  /** The parts that are kept, from 0 without a gap; empty for none. */
  List<byte[]> find(OutputKey key);

  /**
   * Keeps a part of an output, in place of one of that number. An output of {@link Stage#CLEAN}
   * takes the place of the one of {@link Stage#PARSE}.
   */
  void keep(OutputKey key, int part, byte[] bytes);

  /**
   * Which output.
   *
   * @param variant all beside the document that it depends on: options, model, the text before it
   * @param shared whether later jobs of the same document may have it too
   */
  record OutputKey(Stage stage, String variant, boolean shared) {}
}
