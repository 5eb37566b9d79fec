package io.pipedeck.pipeline;

import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the lines that repeat at the top or bottom of pages, page numbers among them. A line counts
 * as the same on another page if only its digits differ.
 */
final class RunningHeads {
  private static final int LINES_PER_EDGE = 3;
  private static final int MIN_PAGES = 3;
  private static final int MAX_CHARS = 150;
  private static final Pattern DIGITS = Pattern.compile("\\d+");

  private final Set<String> repeated;

  private RunningHeads(Set<String> repeated) {
    this.repeated = repeated;
  }

  /** Those of a document: on at least three pages and at least a fifth of them. */
  static RunningHeads of(List<Page> pages) {
    Map<String, Integer> counts = new HashMap<>();
    for (Page page : pages) {
      if (page.number() != null) {
        Set<String> edges = new HashSet<>();
        List<String> lines = lines(page);
        edges(lines).forEach(at -> edges.add(key(lines.get(at))));
        edges.forEach(key -> counts.merge(key, 1, Integer::sum));
      }
    }
    int enough = Math.max(MIN_PAGES, (pages.size() + 4) / 5);
    counts.values().removeIf(count -> count < enough);
    return new RunningHeads(counts.keySet());
  }

  /** The page's blocks without them. */
  List<Block> without(Page page) {
    if (page.number() == null || repeated.isEmpty()) {
      return page.blocks();
    }
    List<String> lines = lines(page);
    Set<Integer> drop = new HashSet<>();
    for (int at : edges(lines)) {
      if (repeated.contains(key(lines.get(at)))) {
        drop.add(at);
      }
    }
    return drop.isEmpty() ? page.blocks() : rebuild(page, drop);
  }

  private static List<Block> rebuild(Page page, Set<Integer> drop) {
    List<Block> kept = new ArrayList<>();
    int at = 0;
    for (Block block : page.blocks()) {
      List<String> lines = new ArrayList<>();
      for (String line : block.text().split("\n", -1)) {
        boolean counted = !line.isBlank();
        if (!counted || !drop.contains(at)) {
          lines.add(line);
        }
        at += counted ? 1 : 0;
      }
      kept.add(new Block(block.kind(), block.level(), String.join("\n", lines)));
    }
    return kept;
  }

  private static List<String> lines(Page page) {
    return page.blocks().stream()
        .flatMap(block -> block.text().lines())
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** Numbers of the lines near the top and the bottom. */
  private static List<Integer> edges(List<String> lines) {
    List<Integer> edges = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      boolean near = i < LINES_PER_EDGE || i >= lines.size() - LINES_PER_EDGE;
      if (near && lines.get(i).length() <= MAX_CHARS) {
        edges.add(i);
      }
    }
    return edges;
  }

  private static String key(String line) {
    return DIGITS.matcher(line.strip()).replaceAll("#").replaceAll("\\s+", " ");
  }
}
