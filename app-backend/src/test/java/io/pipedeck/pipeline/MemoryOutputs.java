package io.pipedeck.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Outputs that a test can look into. */
final class MemoryOutputs implements StageOutputs {
  final Map<OutputKey, List<byte[]>> parts = new HashMap<>();

  @Override
  public List<byte[]> find(OutputKey key) {
    return List.copyOf(parts.getOrDefault(key, List.of()));
  }

  @Override
  public void keep(OutputKey key, int part, byte[] bytes) {
    List<byte[]> all = parts.computeIfAbsent(key, _ -> new ArrayList<>());
    if (part < all.size()) {
      all.set(part, bytes);
    } else {
      all.add(bytes);
    }
    if (key.stage() == Stage.CLEAN) {
      parts.keySet().removeIf(other -> other.stage() == Stage.PARSE);
    }
  }

  /** The stages of which something is kept. */
  List<Stage> stages() {
    return parts.keySet().stream().map(OutputKey::stage).distinct().sorted().toList();
  }
}
