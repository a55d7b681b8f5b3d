"""What the built-in agent can do in a workspace and propose about its goal."""

from goals.agents.tools.tool import ToolResult as ToolResult
from goals.agents.tools.toolbox import Toolbox as Toolbox
