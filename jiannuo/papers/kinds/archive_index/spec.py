"""维护档案目录: index of the maintenance archive (R-7-3)."""

from jiannuo.papers.kind import PaperKind

KIND = PaperKind("archive_index")
