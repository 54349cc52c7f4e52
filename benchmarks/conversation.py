"""The conversation that both bots are measured with: a need, every question, a digression, the submission."""

MESSAGES = (
    "你好，我们想找专家解决一个技术问题",
    "同意",
    "我们做锂电池的，涂布厚度总是不均匀，想找专家看看",
    "现在厚度偏差5微米，想做到2微米",
    "预算30到50万",
    "收费吗",
    "明年6月底之前",
    "成都示例科技有限公司",
    "郫都区",
    "张先生",
    "13800000000",
    "确认提交",
    "谢谢，再见",
)
"""People write the same to either; which question an answer meets may differ by a turn."""

SUBMITTED = "CD-"
"""Stands in the answer that gives the demand's number."""
